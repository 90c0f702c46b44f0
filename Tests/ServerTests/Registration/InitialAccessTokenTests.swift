import Countersign
import TestSupport
import Testing

@testable import Server

@Suite("RFC 7591 §3: initial access tokens", .timeLimit(.minutes(5)))
struct InitialAccessTokenTests {
    @Test("A token gives what it says, and is told apart from open registration")
    func terms() async throws {
        let bench = try await RegistrationBench(.token)
        let token = try await bench.token(
            scopes: ["invoices"], grants: [.clientCredentials, .authorizationCode], allowsReuse: true)
        let answer = try await bench.register(
            [
                ("grant_types", ["client_credentials"]), ("redirect_uris", nil),
                ("token_endpoint_allow_reuse_pvt_key_jwt", .boolean(true)),
                ("backchannel_logout_uri", "https://new.example/logout"),
                ("backchannel_logout_session_required", .boolean(true)),
            ], token: token)
        #expect(answer.status == 201, "\(answer.description)")
        #expect(answer.object["scope"] == "invoices")
        #expect(answer.object["grant_types"] == ["client_credentials"])
        #expect(answer.object["response_types"] == [])
        #expect(answer.object["token_endpoint_allow_reuse_pvt_key_jwt"] == .boolean(true))
        #expect(answer.object["backchannel_logout_uri"] == "https://new.example/logout")
        #expect(answer.object["backchannel_logout_session_required"] == .boolean(true))
        let stored = try await bench.client(answer)
        #expect(stored.client.options.allowsReuse == true)
        #expect(stored.dynamic?.origin == .token)
        #expect(stored.dynamic?.initialAccessToken == String(token.suffix(8)))
        #expect(stored.dynamic?.expiresAt == TestClock.start + .seconds(90 * 86_400))
    }

    @Test("Without terms of its own a token gives what the settings say, and no grant without a person")
    func defaults() async throws {
        let bench = try await RegistrationBench(.token)
        let token = try await bench.token(maximumUses: 2)
        #expect(try await bench.register(token: token).object["scope"] == "openid profile read")
        let refused = try await bench.register([("grant_types", ["client_credentials"])], token: token)
        #expect(refused.error == "invalid_client_metadata")
    }

    @Test("A token registers as many clients as allowed, and a refused request does not count")
    func uses() async throws {
        let bench = try await RegistrationBench(.token)
        let token = try await bench.token(maximumUses: 2)
        let wrong = try await bench.register([("redirect_uris", ["/"])], token: token)
        #expect(wrong.error == "invalid_redirect_uri")
        for _ in 0..<2 { #expect(try await bench.register(token: token).status == 201) }
        #expect(try await bench.register(token: token).status == 401)
    }

    @Test("Of many requests at once a token lets in as many as allowed")
    func race() async throws {
        let bench = try await RegistrationBench(.token)
        let token = try await bench.token(maximumUses: 3)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<16 { group.addTask { try await bench.register(token: token).status } }
            return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [201: 3, 401: 13])
        #expect(try await bench.store.dynamicRegistrations.all().count == 3)
    }

    @Test("A token that is missing, unknown, expired, revoked or of another kind is refused without an oracle")
    func refused() async throws {
        let bench = try await RegistrationBench(.token)
        let none = try await bench.register()
        #expect(none.status == 401)
        #expect(none.response.headers["WWW-Authenticate"] == "Bearer realm=\"https://as.example\"")
        let expired = try await bench.token(lifetime: .seconds(10))
        let revoked = try await bench.token()
        try await bench.store.initialAccessTokens.remove(String(revoked.suffix(8)))
        let valid = try await bench.token()
        let own = try #require(try await bench.register(token: try await bench.token()).accessToken)
        bench.bench.clock.advance(by: .seconds(10))
        var answers: Set<[UInt8]> = []
        for token in [
            expired, revoked, own, IssuedSecret.generate(.initialAccessToken).text, "x", valid + "a",
            String(valid.dropLast()),
        ] {
            let answer = try await bench.register(token: token)
            #expect(answer.status == 401 && answer.error == "invalid_token", "\(token)")
            #expect(answer.response.headers["WWW-Authenticate"]?.contains("error=\"invalid_token\"") == true)
            answers.insert(answer.response.body)
        }
        #expect(answers.count == 1)
        #expect(try await bench.register(token: valid).status == 201)
    }

    @Test("Where registration is open, a wrong token is still refused, and a right one gives what it says")
    func open() async throws {
        let bench = try await RegistrationBench(.open)
        #expect(try await bench.register(token: "cs_iat_x").status == 401)
        let token = try await bench.token(scopes: ["invoices"])
        #expect(try await bench.register(token: token).object["scope"] == "invoices")
        #expect(try await bench.register().object["scope"] == "openid profile read")
    }

    @Test("A token in the query is refused")
    func query() async throws {
        let bench = try await RegistrationBench(.open)
        let answer = Reply(
            await bench.bench.routes.response(
                to: EndpointRequest(
                    method: "POST", path: "/oauth2/register", query: "access_token=cs_iat_x",
                    headers: ["Content-Type": "application/json"], body: .bytes(Array("{}".utf8)))))
        #expect(answer.status == 400 && answer.error == "invalid_request")
    }
}
