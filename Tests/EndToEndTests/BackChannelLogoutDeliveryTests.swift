import Countersign
import Fetching
import Server
import Store
import Synchronization
import Testing

@Suite("Back-channel logout over HTTP", .timeLimit(.minutes(5)))
struct BackChannelLogoutDeliveryTests {
    /// A server with a clock of its own, a client's receiver of logout tokens, and a person who is signed in.
    private struct Setting {
        let server: ConformanceServer
        let receiver: KeyServer
        let logout: LogoutSetting

        init(status: Int = 200, headers: [(String, String)] = []) async throws {
            server = try await ConformanceServer()
            let receiver = try await KeyServer()
            receiver.publish("/logout", KeyServer.Page(status: status, headers: headers))
            logout = try await LogoutSetting(server) { $0.signIn.backChannelLogoutURI = receiver.url("/logout") }
            self.receiver = receiver
        }

        func received(_ count: Int) async {
            await Patience.expect("\(count) logout tokens") { [receiver] () async in
                receiver.requests("/logout") >= count
            }
        }

        /// Waits until the outcome of an attempt is stored: `count` notices are left, none of which is being sent.
        func settled(_ count: Int) async throws {
            try await Patience.expect("\(count) notices are left") {
                let backlogs = try await server.server.store.logoutNotices.backlogs()
                return backlogs.reduce(0) { $0 + $1.count } == count && backlogs.allSatisfy { $0.oldestFailed != nil }
            }
        }

        func stop() async throws {
            try await server.server.stop()
            try await receiver.stop()
        }
    }

    @Test("A client that answers 503 gets a new token after five seconds, and then none any more")
    func retried() async throws {
        let setting = try await Setting(status: 503)
        _ = try await setting.logout.logOut()
        try await setting.settled(1)
        #expect(setting.receiver.requests("/logout") == 1)
        setting.receiver.publish("/logout", KeyServer.Page())
        setting.server.clock.advance(by: .seconds(5))
        await setting.received(2)
        try await setting.settled(0)
        let tokens = try setting.receiver.bodies("/logout").map {
            try LogoutToken($0, idToken: setting.logout.signIn.idToken, at: setting.logout.party).claims
        }
        #expect(tokens.count == 2)
        #expect(tokens[0]["jti"] != tokens[1]["jti"])
        #expect(tokens[0]["sid"] == tokens[1]["sid"])
        try await setting.stop()
    }

    @Test("A client that answers 400 gets no second token")
    func refused() async throws {
        let setting = try await Setting(status: 400)
        _ = try await setting.logout.logOut()
        await setting.received(1)
        try await setting.settled(0)
        setting.server.clock.advance(by: .seconds(3600))
        // A later notice shows that the first one is not repeated.
        setting.receiver.publish("/logout", KeyServer.Page())
        let browser = setting.server.browser()
        let signIn = try await setting.logout.party.signIn(in: browser)
        try await setting.server.server.store.sessions.removeAll(
            of: UserID("subject-of-alice"), except: nil, at: setting.server.now)
        await setting.received(2)
        try await setting.settled(0)
        #expect(setting.receiver.requests("/logout") == 2)
        _ = try LogoutToken(setting.receiver.bodies("/logout")[1], idToken: signIn.idToken, at: setting.logout.party)
        try await setting.stop()
    }

    @Test("A redirect is not followed; the notice is sent to the registered address again")
    func redirected() async throws {
        let elsewhere = try await KeyServer()
        let setting = try await Setting(status: 307, headers: [("Location", elsewhere.url("/elsewhere"))])
        _ = try await setting.logout.logOut()
        try await setting.settled(1)
        setting.receiver.publish("/logout", KeyServer.Page())
        setting.server.clock.advance(by: .seconds(5))
        await setting.received(2)
        #expect(elsewhere.requests() == 0)
        try await setting.stop()
        try await elsewhere.stop()
    }

    @Test("A client that does not answer delays neither the browser nor the notices of another client")
    func hanging() async throws {
        let setting = try await Setting()
        setting.receiver.hang("/logout")
        setting.receiver.publish("/other", KeyServer.Page())
        let other = try await setting.server.relyingParty { [receiver = setting.receiver] in
            $0.signIn.backChannelLogoutURI = receiver.url("/other")
        }
        _ = try await other.signIn(in: setting.logout.browser)
        #expect(try await setting.logout.logOut().response.location.hasPrefix(RelyingParty.logoutURI))
        await Patience.expect("the other client's token") { () async in setting.receiver.requests("/other") == 1 }
        try await setting.stop()
    }

    @Test("Loopback is refused unless the configuration allows it, with the setting's name")
    func forbiddenAddress() async throws {
        let receiver = try await KeyServer()
        let problems = Problems()
        let server = try await TestServer(clients: [], report: { problems.add($0) })
        let user = UserRecord(name: "alice", createdAt: TestServer.now)
        try await server.store.users.add(user)
        let session = SessionRecord(
            digest: RandomBytes.make(32), user: user.id, authenticatedAt: TestServer.now, methods: [],
            createdAt: TestServer.now, expiresAt: TestServer.now + .seconds(3600))
        try await server.store.sessions.add(session, replacing: nil, passwordChangedAt: nil)
        try await TestClient(
            id: "shop", key: TestClients.rsaKey, change: { $0.signIn.backChannelLogoutURI = receiver.url("/logout") }
        ).register(in: server.store)
        try await server.store.grants.add(
            AuthorizationGrantRecord(
                user: user.id, client: ClientID("shop"), scopes: ["openid"], session: session.id,
                authenticatedAt: TestServer.now, createdAt: TestServer.now),
            code: AuthorizationCodeRecord(
                digest: RandomBytes.make(32), redirectURI: "x", expiresAt: TestServer.now + .seconds(60)))
        try await server.store.sessions.removeAll(of: user.id, except: nil, at: TestServer.now)
        await Patience.expect("a failure") { () async in !problems.all.isEmpty }
        #expect(problems.all.first?.contains("http") == true, "\(problems.all)")
        #expect(receiver.requests() == 0)
        #expect(try await server.store.logoutNotices.backlogs().map(\.count) == [1])
        try await server.stop()
        try await receiver.stop()
    }

    /// The problems with logout notices that a server reported.
    private final class Problems: Sendable {
        private let found = Mutex<[String]>([])

        var all: [String] { found.withLock { $0 } }

        func add(_ event: ServerEvent) {
            if case .logoutNoticeFailed(_, let problem) = event { found.withLock { $0.append(problem) } }
        }
    }
}
