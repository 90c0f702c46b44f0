import CountersignClient
import HTTP
import Testing

@testable import Playground

@Suite("The checks of an ID token")
struct IDTokenReportTests {
    private static let now = UnixTime(seconds: 1_795_000_000)
    private static let issuer = "https://auth.example.com"

    /// A token and what it is compared with, before something is made wrong.
    struct Bench: Sendable {
        let key: SigningKey
        var header: JSONObject = ["alg": "ES256", "kid": "one"]
        var claims: JSONObject
        var expectations: IDTokenExpectations

        init() throws {
            key = try SigningKey.generate(.es256)
            let access = "access-token"
            let hash = String(decoding: IDTokens.hash(of: Array(access.utf8), .es256), as: UTF8.self)
            claims = [
                "iss": .string(issuer), "sub": "alice", "aud": "shop", "nonce": "n", "at_hash": .string(hash),
                "iat": .number(now.seconds), "exp": .number(now.seconds + 300),
            ]
            expectations = IDTokenExpectations(
                issuer: issuer, clientID: "shop", algorithms: ["RS256", "ES256"], nonce: "n", accessToken: access,
                keys: .success([JWK(key: key.verificationKey, keyID: "one", algorithm: .es256)]))
        }

        func report() throws -> IDTokenReport {
            let token = try CompactJWS.sign(
                header: header, payload: claims.rendered(), key: key, algorithm: .es256)
            return expectations.report(on: token, at: now)
        }
    }

    /// Something that is wrong, and the one check that must find it.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let check: String
        let make: @Sendable (inout Bench) throws -> Void

        init(_ name: String, _ check: String, _ make: @escaping @Sendable (inout Bench) throws -> Void) {
            testDescription = name
            self.check = check
            self.make = make
        }
    }

    static let faults: [Fault] = [
        Fault("another issuer", "iss is the issuer") { $0.claims.set("iss", "https://other.example.com") },
        Fault("another client", "aud has this client") { $0.claims.set("aud", "bank") },
        Fault("no audience", "aud has this client") { $0.claims.set("aud", .null) },
        Fault("two audiences and no azp", "azp is this client") { $0.claims.set("aud", ["shop", "bank"]) },
        Fault("azp of another client", "azp is this client") { $0.claims.set("azp", "bank") },
        Fault("expired beyond the skew", "exp has not passed") { $0.claims.set("exp", .number(now.seconds - 60)) },
        Fault("no expiry", "exp has not passed") { $0.claims.set("exp", "soon") },
        Fault("from the future", "iat is not in the future") { $0.claims.set("iat", .number(now.seconds + 61)) },
        Fault("another nonce", "nonce is the one that was sent") { $0.claims.set("nonce", "m") },
        Fault("no nonce", "nonce is the one that was sent") { $0.claims.set("nonce", .null) },
        Fault("another access token", "at_hash is that of the access token") { $0.claims.set("at_hash", "AAAA") },
        Fault("another person after a refresh", "sub is the person from before") { $0.expectations.subject = "bob" },
        Fault("an algorithm that was not announced", "alg is one that the server announced") {
            $0.expectations = $0.expectations.with(algorithms: ["RS256"])
        },
        Fault("a key that is not published", "the signature verifies with a published key") {
            $0.header.set("kid", "two")
        },
        Fault("a signature by another key", "the signature verifies with a published key") { bench in
            let other = try SigningKey.generate(.es256)
            bench.expectations = bench.expectations.with(
                keys: .success([JWK(key: other.verificationKey, keyID: "one", algorithm: .es256)]))
        },
        Fault("keys that cannot be read", "the signature verifies with a published key") {
            $0.expectations = $0.expectations.with(
                keys: .failure(.unreachable(url: "https://auth.example.com", detail: "it is away")))
        },
    ]

    @Test("A token in order passes every check")
    func valid() throws {
        let report = try Bench().report()
        #expect(report.isValid, "\(report.checks.filter { $0.outcome == .failed })")
        #expect(report.checks.count { $0.outcome == .held } == 9)
    }

    @Test("Each fault is found by its own check and by no other", arguments: faults)
    func fault(_ fault: Fault) throws {
        var bench = try Bench()
        try fault.make(&bench)
        let report = try bench.report()
        #expect(report.checks.filter { $0.outcome == .failed }.map(\.title) == [fault.check])
        #expect(!report.isValid)
    }

    @Test("Text that is not a JWS is not believed", arguments: ["", "a.b", "a.b.c", "e30.e30.e30", "{}"])
    func malformed(_ token: String) throws {
        let report = try Bench().expectations.report(on: token, at: Self.now)
        #expect(!report.isValid)
        #expect(report.decoded == nil)
    }

    @Test("Clocks may differ by a minute")
    func skew() throws {
        var bench = try Bench()
        bench.claims.set("iat", .number(Self.now.seconds + 59))
        bench.claims.set("exp", .number(Self.now.seconds - 59))
        #expect(try bench.report().isValid)
    }
}

extension IDTokenExpectations {
    fileprivate func with(
        algorithms: [String]? = nil, keys: Result<[JWK], TokenClientError>? = nil
    ) -> IDTokenExpectations {
        IDTokenExpectations(
            issuer: issuer, clientID: clientID, algorithms: algorithms ?? self.algorithms, nonce: nonce,
            accessToken: accessToken, subject: subject, keys: keys ?? self.keys)
    }
}
