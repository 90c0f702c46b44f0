import Countersign
import Store
import Testing

@testable import Server

@Suite("Lifetimes of tokens")
struct TokenLifetimeTests {
    private func lifetime(_ claims: JSONObject) -> Duration? {
        guard let issuedAt = claims.time("iat"), let expiry = claims.time("exp") else { return nil }
        return expiry - issuedAt
    }

    @Test(
        "Access tokens that a person has allowed have the client's lifetime for them, that of its other tokens, or the server's",
        arguments: [
            (people: 300, own: 7200, expected: 300), (7200, 300, 7200), (nil, 7200, 7200),
            (300, nil, 300),
            (nil, nil, 3600),
        ])
    func accessTokens(_ people: Int?, _ own: Int?, _ expected: Int) async throws {
        let bench = try await GrantBench {
            $0.signIn.userAccessTokenLifetime = people.map { .seconds($0) }
            $0.accessTokenLifetime = own.map { .seconds($0) }
        }
        let reply = try await bench.redeem(try await bench.code())
        #expect(reply.object["expires_in"] == .number(expected))
        #expect(lifetime(try reply.claims("access_token")) == .seconds(expected))
        // Not the client's tokens for itself.
        let client = try await bench.post([("grant_type", "client_credentials")])
        #expect(client.object["expires_in"] == .number(own ?? 3600))
        bench.clock.advance(by: .seconds(expected - 1))
        #expect(try await bench.userInfo(reply["access_token"]).status == 200)
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.userInfo(reply["access_token"]).status == 401)
    }

    @Test(
        "ID tokens have the client's lifetime, or that of the settings",
        arguments: [
            (settings: nil, own: nil, expected: 3600), (120, nil, 120), (120, 60, 60), (nil, 7200, 7200),
        ])
    func idTokens(_ settings: Int?, _ own: Int?, _ expected: Int) async throws {
        let bench = try await GrantBench(
            { $0.signIn.idTokenLifetime = own.map { .seconds($0) } },
            settings: { if let settings { $0.signIn.idTokenLifetime = .seconds(settings) } })
        let reply = try await bench.redeem(try await bench.code())
        #expect(lifetime(try reply.claims("id_token")) == .seconds(expected))
        let refreshed = try await bench.refresh(reply["refresh_token"] ?? "")
        #expect(lifetime(try refreshed.claims("id_token")) == .seconds(expected))
    }
}
