import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("OpenID Connect Core §2: ID tokens")
struct IDTokenTests {
    @Test(
        "§3.1.3.6: at_hash is the left half of the digest of the ID token's own algorithm",
        arguments: [
            // The first from OpenID Connect Core, appendix A.3.
            (SignatureAlgorithm.rs256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ"),
            (.es256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ"),
        ])
    func hash(_ algorithm: SignatureAlgorithm, _ token: String, _ hash: String) {
        #expect(IDTokens.hash(of: Array(token.utf8), algorithm) == Array(hash.utf8))
    }

    @Test("The halves have 16 and 32 bytes")
    func lengths() {
        for (algorithm, length) in [(SignatureAlgorithm.rs256, 22), (.edDSA, 43)] {
            #expect(IDTokens.hash(of: [1], algorithm).count == length)
        }
    }

    @Test(
        "A client gets its algorithm, sid if it takes part in logout, azp if others may read it",
        arguments: [
            SignatureAlgorithm.rs256, .es256, .edDSA,
        ])
    func options(_ algorithm: SignatureAlgorithm) async throws {
        let bench = try await GrantBench {
            $0.signIn.idTokenAlgorithm = algorithm
            $0.signIn.audiences = ["https://api.example"]
            $0.signIn.backChannelLogoutURI = "https://app.example/logout"
            $0.signIn.requiresAuthenticationTime = true
            $0.signIn.idTokenLifetime = .seconds(60)
        }
        let text = try await bench.redeem(try await bench.code())["id_token"] ?? ""
        #expect(try CompactJWS(parsing: Array(text.utf8)).header.algorithm == algorithm)
        let claims = try #require(bench.signed(Array(text.utf8), as: .plain))
        #expect(claims["aud"] == ["app", "https://api.example"] && claims["azp"] == "app")
        #expect(claims["sid"] == .string(bench.session.id))
        #expect(claims["auth_time"] == .number(TestClock.start.seconds - 5))
        #expect(claims["exp"] == .number(TestClock.start.seconds + 60))
    }

    @Test("An ID token is a valid hint, expired or not; other texts are not")
    func hint() async throws {
        let bench = try await GrantBench()
        let reply = try await bench.redeem(try await bench.code())
        let idTokens = IDTokens(issuer: GrantBench.issuer, keys: bench.keys)
        let text = reply["id_token"] ?? ""
        let hint = try #require(idTokens.hint(text))
        #expect(hint.clients == ["app"] && hint.subject == bench.user.id.text)
        let payload = text.split(separator: ".")[1]
        let none = Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))
        for other in [
            "", "x", reply["access_token"] ?? "", "\(none).\(payload).", text + "A",
            try bench.assertion("app"), String(text.dropLast(8)),
        ] { #expect(idTokens.hint(other) == nil) }
        #expect(IDTokens(issuer: "https://other.example", keys: bench.keys).hint(text) == nil)
    }

    @Test(
        "Keys for RS256, ES256 and EdDSA and that of access tokens are made once and published",
        arguments: [
            (SignatureAlgorithm.es256, ["ES256", "RS256", "EdDSA"]), (.ps256, ["PS256", "RS256", "ES256", "EdDSA"]),
        ])
    func keys(_ algorithm: SignatureAlgorithm, _ names: [String]) async throws {
        let bench = try await TokenBench()
        for _ in 0..<2 {
            let keys = try await ServerKeys.load(
                from: bench.store, masterKey: bench.masterKey, algorithm: algorithm, at: TestClock.start)
            #expect(keys.algorithms.map(\.name) == names)
            #expect(Set(keys.ring.published.keys.compactMap(\.keyID)).count == names.count)
            #expect(Set(keys.ring.published.keys.compactMap { $0.algorithm?.name }) == Set(names))
        }
    }

    @Test(
        "§5.1: a birthdate is a date, a year, or a day without a year",
        arguments: [
            ("1815-12-10", true), ("0000-02-29", true), ("1815", true), ("1815-02-29", false), ("0000", false),
            ("10.12.1815", false), ("1815-12", false), ("", false),
        ])
    func birthdate(_ text: String, _ isGiven: Bool) {
        let user = UserRecord(name: "ada", claims: ["birthdate": .string(text)], createdAt: TestClock.start)
        #expect((StandardClaims.claims(["birthdate"], of: user)["birthdate"] != nil) == isGiven)
    }
}
