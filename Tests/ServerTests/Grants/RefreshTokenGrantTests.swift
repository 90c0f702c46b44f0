import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("RFC 6749 §6: refreshing tokens")
struct RefreshTokenGrantTests {
    private func first(_ bench: GrantBench, client: String = "app") async throws -> Reply {
        try await bench.redeem(try await bench.code(client: client, demandsAuthenticationTime: true), client: client)
    }

    @Test(
        "A client that authenticates keeps its refresh token; OpenID Connect Core §12.2: the ID token changes only its time"
    )
    func confidential() async throws {
        let bench = try await GrantBench()
        let first = try await first(bench)
        bench.clock.advance(by: .seconds(30))
        let token = first["refresh_token"] ?? ""
        let second = try await bench.refresh(token)
        #expect((second.status, second["refresh_token"]) == (200, nil))
        let (before, after) = (try first.claims("id_token"), try second.claims("id_token"))
        for name in ["iss", "sub", "aud", "auth_time"] { #expect(before[name] != nil && before[name] == after[name]) }
        #expect(after["nonce"] == nil)
        #expect(after["iat"] == .number(bench.clock.now.seconds))
        #expect(try await bench.refresh(token).status == 200)
    }

    @Test("A scope that the operator has taken from the client ends with the next tokens")
    func scopeTaken() async throws {
        let bench = try await GrantBench()
        let token = try await first(bench)["refresh_token"] ?? ""
        var client = try #require(try await bench.store.clients.registration(of: "app")).client
        client.scopes = ["openid"]
        try await bench.store.clients.replace(client)
        // The cache of clients has expired.
        bench.clock.advance(by: .seconds(3600))
        let narrowed = try await bench.refresh(token)
        #expect(try narrowed.claims("access_token")["scope"] == "openid")
        #expect(narrowed["id_token"] != nil)
        client.scopes = []
        try await bench.store.clients.replace(client)
        bench.clock.advance(by: .seconds(3600))
        let empty = try await bench.refresh(token)
        #expect(empty.status == 200)
        #expect(empty["id_token"] == nil)
        let scope = try empty.claims("access_token").string("scope")?.text ?? ""
        #expect(scope.isEmpty)
    }

    @Test("RFC 9700 §4.14.2: a public client gets a new one at each use, and the reuse of an old one ends everything")
    func publicClient() async throws {
        let bench = try await GrantBench()
        let first = try await first(bench, client: "browser")
        let second = try await bench.refresh(first["refresh_token"] ?? "", client: "browser")
        #expect(second["refresh_token"] != nil && second["refresh_token"] != first["refresh_token"])
        #expect(try await bench.userInfo(second["access_token"]).status == 200)
        let reuse = try await bench.refresh(first["refresh_token"] ?? "", client: "browser")
        #expect((reuse.status, reuse["error"]) == (400, "invalid_grant"))
        #expect(try await bench.refresh(second["refresh_token"] ?? "", client: "browser").status == 400)
        #expect(try await bench.userInfo(second["access_token"]).status == 401)
    }

    @Test("A client that asks for rotation gets a lost answer again for 60 seconds", arguments: [59, 60])
    func repetition(_ seconds: Int) async throws {
        let bench = try await GrantBench { $0.signIn.rotatesRefreshTokens = true }
        let first = try await first(bench)["refresh_token"] ?? ""
        let successor = try await bench.refresh(first)["refresh_token"]
        #expect(successor != nil && successor != first)
        bench.clock.advance(by: .seconds(seconds))
        let again = try await bench.refresh(first)
        #expect(again["refresh_token"] == (seconds < 60 ? successor : nil))
        #expect(again.status == (seconds < 60 ? 200 : 400))
        #expect(try await bench.refresh(successor ?? "").status == (seconds < 60 ? 200 : 400))
    }

    @Test("Rotations at once give one successor")
    func race() async throws {
        let bench = try await GrantBench { $0.signIn.rotatesRefreshTokens = true }
        let token = try await first(bench)["refresh_token"] ?? ""
        let successors = try await withThrowingTaskGroup { group in
            for _ in 0..<16 { group.addTask { try await bench.refresh(token)["refresh_token"] } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(successors.count == 1 && !successors.contains(nil))
    }

    @Test("A failure to sign the tokens leaves the refresh token as it was", arguments: ["app", "browser"])
    func signingFails(_ client: String) async throws {
        let bench = try await GrantBench { $0.signIn.rotatesRefreshTokens = true }
        let token = try await first(bench, client: client)["refresh_token"] ?? ""
        try await bench.change(client) { $0.signIn.idTokenAlgorithm = .ps256 }
        for _ in 0..<2 { #expect(try await bench.refresh(token, client: client).status == 503) }
        try await bench.change(client) { $0.signIn.idTokenAlgorithm = .rs256 }
        let reply = try await bench.refresh(token, client: client)
        #expect(reply.status == 200 && reply["refresh_token"] != nil)
        // A reuse ends the grant even while nothing can be signed.
        try await bench.change(client) { $0.signIn.idTokenAlgorithm = .ps256 }
        bench.clock.advance(by: .seconds(60))
        #expect(try await bench.refresh(token, client: client)["error"] == "invalid_grant")
        #expect(try await bench.userInfo(reply["access_token"]).status == 401)
    }

    @Test("Another client, an unknown token and the time after the lifetime are refused")
    func refused() async throws {
        let bench = try await GrantBench { $0.signIn.refreshTokenLifetime = .seconds(600) }
        let token = try await first(bench)["refresh_token"] ?? ""
        #expect(try await bench.refresh(token, client: "other")["error"] == "invalid_grant")
        #expect(try await bench.refresh("cs_rt_AAAA")["error"] == "invalid_grant")
        #expect(
            try await bench.send(
                "POST", "/oauth2/token",
                form: [
                    ("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "app"),
                ])["error"] == "invalid_client")
        bench.clock.advance(by: .seconds(599))
        #expect(try await bench.refresh(token).status == 200)
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.refresh(token)["error"] == "invalid_grant")
    }

    @Test("The scope may be narrowed, never widened")
    func scope() async throws {
        let bench = try await GrantBench()
        let token = try await first(bench)["refresh_token"] ?? ""
        let narrow = try await bench.refresh(token, [("scope", "read")])
        #expect((narrow.status, narrow["scope"], narrow["id_token"]) == (200, "read", nil))
        #expect(try await bench.refresh(token, [("scope", "read email")])["error"] == "invalid_scope")
        #expect(try await bench.refresh(token)["scope"] == "openid profile read")
    }

    @Test("No refresh token and no code is stored in the clear")
    func digests() async throws {
        let bench = try await GrantBench { $0.signIn.rotatesRefreshTokens = true }
        let token = try await first(bench)["refresh_token"] ?? ""
        _ = try await bench.refresh(token)
        let digest = try #require(GrantSecret(token, .refreshToken)?.digest)
        let stored = try #require(try await bench.store.grants.refreshToken(digest))
        let sealed = try #require(stored.token.sealedSuccessor)
        #expect(sealed.firstRange(of: Array("cs_rt_".utf8)) == nil)
    }
}
