import Store
import TestSupport
import Testing

@testable import Server

@Suite("OpenID Connect Core §8.1: pairwise identifiers")
struct PairwiseIdentifiersTests {
    private static func client(_ id: String, _ uris: String..., sector: String? = nil) -> ClientRecord {
        var client = ClientRecord(id: ClientID(id), name: id, createdAt: TestClock.start)
        client.signIn.subjectType = .pairwise
        client.signIn.redirectURIs = uris
        client.signIn.sectorIdentifier = sector
        return client
    }

    private static let pattern = "regexp=(https://[a-z]+.apps.example/cb)"

    @Test(
        "The sector is a host that clients share, or the client alone",
        arguments: [
            (client("a", "https://Shop.example:8443/cb"), "shop.example"),
            (client("a", "https://[2001:DB8::1]/cb"), "[2001:db8::1]"),
            (client("a", "https://shop.example/cb", sector: "https://sector.example/s"), "sector.example"),
            (client("a", pattern, "https://shop.example/cb"), "shop.example"),
            // Registered before a pattern needed a sector identifier.
            (client("a", pattern), "client:a"),
            (client("a", "http://127.0.0.1/cb"), "client:a"), (client("a", "http://localhost/cb"), "client:a"),
            (client("a", "com.example.app:/cb"), "client:a"), (client("a", "com.example.app://cb"), "client:a"),
            (client("a"), "client:a"),
        ])
    func sector(_ client: ClientRecord, _ sector: String) {
        #expect(Sector(of: client).text == sector)
    }

    @Test("`sid` in ID tokens is the same for clients of one sector, and cannot be compared between sectors")
    func session() async throws {
        let bench = try await GrantBench {
            $0.signIn.subjectType = $0.id == "app" ? .public : .pairwise
            $0.signIn.requiresLogoutSession = true
        }
        var other = try #require(try await bench.store.clients.registration(of: "other")).client
        let idTokens = IDTokens(issuer: GrantBench.issuer, keys: bench.keys)
        var sessions: [String] = []
        for id in ["app", "browser", "other"] {
            let reply = try await bench.redeem(try await bench.code(client: id), client: id)
            sessions.append(try #require(reply.claims("id_token").string("sid")).text)
        }
        #expect(sessions[0] == bench.session.id)
        #expect(sessions[1] == sessions[2] && sessions[1] != bench.session.id)
        // The same function makes the `sid` of other tokens.
        #expect(sessions[2] == idTokens.sessionID(bench.session.id, for: other))
        other.signIn.redirectURIs = ["https://other.example/callback"]
        #expect(sessions[2] != idTokens.sessionID(bench.session.id, for: other))
        // A session and a person with the same identifier would not be linked either.
        #expect(idTokens.sessionID(bench.user.id.text, for: other) != idTokens.subject(of: bench.user.id, for: other))
    }
}
