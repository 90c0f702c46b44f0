import Countersign
import Testing

/// The modules of plan E: logout that a client begins.
@Suite("Conformance: RP-initiated logout")
struct LogoutConformanceTests {
    @Test("oidcc-rp-initiated-logout-discovery-endpoint-verification")
    func discovery() async throws {
        let metadata = try await ConformanceServer.shared().metadata()
        #expect(metadata.string("end_session_endpoint")?.text.hasPrefix("https://") == true)
    }

    @Test("oidcc-rp-initiated-logout")
    func logout() async throws {
        let setting = try await LogoutSetting()
        #expect(try await setting.isSignedIn())
        let response = try await setting.logOut([("state", "one two/three")]).response
        #expect(response.location.hasPrefix(RelyingParty.logoutURI + "?"))
        #expect(response.names == ["state"])
        #expect(response["state"] == "one two/three")
        #expect(try await !setting.isSignedIn())
    }

    @Test("oidcc-rp-initiated-logout-no-state")
    func withoutState() async throws {
        let setting = try await LogoutSetting()
        let response = try await setting.logOut([("state", nil)]).response
        #expect(response.location == RelyingParty.logoutURI)
        #expect(try await !setting.isSignedIn())
    }

    @Test("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri")
    func badURI() async throws {
        let setting = try await LogoutSetting()
        _ = try await setting.expectPage([("post_logout_redirect_uri", RelyingParty.logoutURI + "/other")])
    }

    @Test("oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri")
    func queryAdded() async throws {
        let setting = try await LogoutSetting()
        _ = try await setting.expectPage([("post_logout_redirect_uri", RelyingParty.logoutURI + "?foo=bar")])
    }

    @Test("oidcc-rp-initiated-logout-modified-id-token-hint")
    func modifiedHint() async throws {
        let setting = try await LogoutSetting()
        let header: JSONObject = ["alg": "none"]
        let payload = setting.signIn.idToken.text.split(separator: ".")[1]
        let hint = Base64URL.encode(header.rendered()) + "." + payload + "."
        _ = try await setting.expectPage([("id_token_hint", hint)])
    }

    /// Signed by the client's own key, with `iss` and `aud` exchanged.
    @Test("oidcc-rp-initiated-logout-bad-id-token-hint")
    func foreignHint() async throws {
        let setting = try await LogoutSetting()
        var claims = setting.signIn.idToken.claims
        claims.set("iss", .string(setting.party.id))
        claims.set("aud", .string(setting.party.server.issuer))
        let hint = try CompactJWS.sign(
            header: ["alg": "RS256", "kid": "k1"], payload: claims.rendered(), key: TestClients.rsaKey,
            algorithm: .rs256)
        _ = try await setting.expectPage([("id_token_hint", hint)])
    }

    @Test("oidcc-rp-initiated-logout-no-id-token-hint")
    func withoutHint() async throws {
        let setting = try await LogoutSetting()
        _ = try await setting.expectPage([("id_token_hint", nil)])
    }

    @Test("oidcc-rp-initiated-logout-no-params")
    func withoutParameters() async throws {
        let setting = try await LogoutSetting()
        _ = try await setting.expectPage([
            ("id_token_hint", nil), ("post_logout_redirect_uri", nil), ("state", nil),
        ])
        #expect(try await !setting.isSignedIn())
    }

    @Test("oidcc-rp-initiated-logout-only-state")
    func onlyState() async throws {
        let setting = try await LogoutSetting()
        _ = try await setting.expectPage([("id_token_hint", nil), ("post_logout_redirect_uri", nil)])
        #expect(try await !setting.isSignedIn())
    }

    @Test("oidcc-rp-initiated-logout-no-post-logout-redirect-uri")
    func withoutURI() async throws {
        let setting = try await LogoutSetting()
        _ = try await setting.expectPage([("post_logout_redirect_uri", nil)])
        #expect(try await !setting.isSignedIn())
    }
}
