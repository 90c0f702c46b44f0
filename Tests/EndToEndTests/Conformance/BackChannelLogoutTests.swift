import Countersign
import Store
import Testing

/// The modules of plan F: logout that the server tells its clients.
@Suite("Conformance: back-channel logout", .timeLimit(.minutes(5)))
struct BackChannelLogoutConformanceTests {
    @Test("oidcc-backchannel-logout-discovery-endpoint-verification")
    func discovery() async throws {
        let metadata = try await ConformanceServer.shared().metadata()
        #expect(metadata["backchannel_logout_supported"] == .boolean(true))
        #expect(metadata["backchannel_logout_session_supported"] == .boolean(true))
        #expect(metadata.string("end_session_endpoint")?.text.hasPrefix("https://") == true)
    }

    @Test("oidcc-backchannel-rp-initiated-logout", arguments: SignInOptions.SubjectType.allCases)
    func logout(_ type: SignInOptions.SubjectType) async throws {
        let receiver = try await KeyServer()
        receiver.publish("/logout", KeyServer.Page())
        let url = receiver.url("/logout")
        let setting = try await LogoutSetting {
            $0.signIn.backChannelLogoutURI = url
            $0.signIn.requiresLogoutSession = true
            $0.signIn.subjectType = type
        }
        #expect(try await setting.isSignedIn())
        #expect(receiver.requests() == 0)
        let response = try await setting.logOut([("state", "one two/three")]).response
        #expect(response.location.hasPrefix(RelyingParty.logoutURI + "?"))
        #expect(response["state"] == "one two/three")
        await Patience.expect("a logout token") { () async in receiver.requests() > 0 }
        _ = try LogoutToken(receiver.bodies("/logout")[0], idToken: setting.signIn.idToken, at: setting.party)
        #expect(receiver.lastHead.hasPrefix("POST /logout HTTP/1.1\r\n"))
        #expect(receiver.lastHead.lowercased().contains("\r\ncontent-type: application/x-www-form-urlencoded\r\n"))
        #expect(try await !setting.isSignedIn())
        try await receiver.stop()
    }
}
