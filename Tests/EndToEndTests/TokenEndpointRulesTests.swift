import Countersign
import Store
import TestSupport
import Testing

@Suite("The token endpoint over HTTP: every rule", .ownThreads)
struct TokenEndpointRulesTests {
    /// A refused request, signed with a valid key unless stated otherwise.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let code: RejectionCode
        let testDescription: String
        let make: @Sendable () throws -> (assertion: String, clientID: String?)

        init(
            _ code: RejectionCode, _ description: String, clientID: String? = nil,
            _ make: @escaping @Sendable () throws -> String
        ) {
            self.code = code
            testDescription = "\(code.rawValue): \(description)"
            self.make = { (try make(), clientID) }
        }

        /// Refusals that depend on the request's bytes alone, so the caller is told the reason. No key is proved.
        static let inTheRequest: [Refusal] = [
            .init(.malformed, "two parts") { "e30.e30" },
            .init(.malformed, "padding") { try Assertion().signed() + "=" },
            .init(.malformed, "a duplicate claim") {
                try Assertion(payload: "{\"iss\":\"billing\",\"iss\":\"x\"}").signed()
            },
            .init(.algorithmNotAllowed, "none") { try Assertion(header: [("alg", "none")]).signed() },
            .init(.algorithmNotAllowed, "HS256") { try Assertion(header: [("alg", "HS256")]).signed() },
            .init(.criticalHeader, "crit") { try Assertion(header: [("crit", .array(["x"]))]).signed() },
            .init(.wrongType, "an access token") { try Assertion(header: [("typ", "at+jwt")]).signed() },
            .init(.issuerSubjectMismatch, "iss is another") { try Assertion(claims: [("iss", "other")]).signed() },
            .init(.missingClaim, "no sub") { try Assertion(claims: [("sub", nil)]).signed() },
            .init(.clientIDMismatch, "client_id is another", clientID: "other") { try Assertion().signed() },
            .init(.badSignature, "63 bytes") { try Assertion().signed(with: [UInt8](repeating: 1, count: 63)) },
            .init(.badSignature, "63 bytes for a client that does not exist") {
                try Assertion(client: "nobody").signed(with: [UInt8](repeating: 1, count: 63))
            },
        ]

        /// Refusals that depend on the registration, so the caller is not told the reason.
        static let beforeProof: [Refusal] = [
            .init(.algorithmNotAllowed, "not the registered one") { try Assertion(client: "pinned").signed() },
            .init(.unknownClient, "nobody") { try Assertion(client: "nobody").signed() },
            .init(.unknownClient, "disabled") { try Assertion(client: "disabled").signed() },
            .init(.noMatchingKey, "another kid") { try Assertion(header: [("kid", "other")]).signed() },
            .init(.noMatchingKey, "another type of key") {
                try Assertion(key: .generate(.edDSA), algorithm: .edDSA).signed()
            },
            .init(.badSignature, "an unregistered key") { try Assertion(key: .generate(.es256)).signed() },
            .init(.badSignature, "another length than the key's") {
                try Assertion(client: "rsa", header: [("alg", "RS256")]).signed(
                    with: [UInt8](repeating: 1, count: 512))
            },
        ]

        /// Refusals after a key is proved, so the caller is told the reason.
        static let afterProof: [Refusal] = [
            .init(.certificateExpired, "a certificate of last year") { try Assertion(client: "lapsed").signed() },
            .init(.wrongAudience, "another server") {
                try Assertion(claims: [("aud", "https://other.example")]).signed()
            },
            .init(.wrongAudience, "two audiences") {
                try Assertion(claims: [
                    ("aud", .array([.string(TestServer.issuer), "https://other.example"]))
                ])
                .signed()
            },
            .init(.missingClaim, "no aud") { try Assertion(claims: [("aud", nil)]).signed() },
            .init(.missingClaim, "no exp") { try Assertion(claims: [("exp", nil)]).signed() },
            .init(.missingClaim, "no jti") { try Assertion(claims: [("jti", nil)]).signed() },
            .init(.expired, "a minute ago") { try Assertion(times: ["exp": -60]).signed() },
            .init(.wrongClaimType, "exp is a string") { try Assertion(claims: [("exp", "1800000000")]).signed() },
            .init(.lifetimeTooLong, "a day") { try Assertion(times: ["exp": 86_400]).signed() },
            .init(.notYetValid, "in a minute") { try Assertion(times: ["nbf": 60]).signed() },
            .init(.issuedInFuture, "in a minute") { try Assertion(times: ["iat": 60]).signed() },
            .init(.tooOld, "six hours ago") { try Assertion(times: ["iat": -21_600]).signed() },
        ]
    }

    private static func expectRefused(_ answer: Answer) {
        #expect(answer.status == 401)
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer["error"] == "invalid_client")
    }

    @Test("Faults in the request's own bytes are reported to the caller", arguments: Refusal.inTheRequest)
    func inTheRequest(_ refusal: Refusal) async throws {
        let server = try await TestServer.shared()
        let (assertion, clientID) = try refusal.make()
        let answer = try await server.token(assertion, clientID.map { [("client_id", $0)] } ?? [])
        Self.expectRefused(answer)
        #expect(answer["error_uri"] == "\(TestServer.issuer)/errors/\(refusal.code.rawValue)")
        #expect(answer["error_description"]?.contains("expected") == true)
        let reference = try #require(answer["reference"])
        #expect(try await server.auditedCode(reference) == refusal.code)
        // The entry counts against the limits for unauthenticated callers.
        #expect(try await server.store.audit.entry(Reference(typed: reference))?.isProven == false)
    }

    @Test(
        "RFC 7523 §3.2: refusals that depend on the registration look the same until a key is proved",
        arguments: Refusal.beforeProof)
    func beforeProof(_ refusal: Refusal) async throws {
        let server = try await TestServer.shared()
        let (assertion, clientID) = try refusal.make()
        let answer = try await server.token(assertion, clientID.map { [("client_id", $0)] } ?? [])
        Self.expectRefused(answer)
        #expect(answer["error_uri"] == "\(TestServer.issuer)/errors/invalid_client")
        let reference = try #require(answer["reference"])
        #expect(
            answer["error_description"]
                == "Client authentication failed. The operator finds the reason under reference \(reference).")
        #expect(answer.memberNames == ["error", "error_description", "error_uri", "reference"])
        #expect(try await server.auditedCode(reference) == refusal.code)
    }

    @Test("RFC 7523 §3.2: once a key is proved, the caller is told the exact reason", arguments: Refusal.afterProof)
    func afterProof(_ refusal: Refusal) async throws {
        let server = try await TestServer.shared()
        let (assertion, _) = try refusal.make()
        let answer = try await server.token(assertion)
        Self.expectRefused(answer)
        #expect(answer["error_uri"] == "\(TestServer.issuer)/errors/\(refusal.code.rawValue)")
        #expect(answer["error_description"]?.contains("expected") == true)
        let reference = try #require(answer["reference"])
        #expect(try await server.auditedCode(reference) == refusal.code)
    }

    @Test("A valid assertion gets a token once, and a replay is reported as such")
    func replay() async throws {
        let server = try await TestServer.shared()
        let assertion = try Assertion().signed()
        #expect(try await server.token(assertion).status == 200)
        let second = try await server.token(assertion)
        #expect(second.status == 401)
        #expect(second["error_uri"] == "\(TestServer.issuer)/errors/replayed")
    }

    @Test("Two clients may use the same jti")
    func perClient() async throws {
        let server = try await TestServer.shared()
        let jti = AssertionTemplate.randomJWTID()
        for client in ["billing", "shipping"] {
            let assertion = try Assertion(client: client, claims: [("jti", .string(jti))]).signed()
            #expect(try await server.token(assertion).status == 200)
        }
    }

    @Test("A client's jti cannot be used up without its key")
    func burning() async throws {
        let server = try await TestServer.shared()
        let jti = JSONValue.string(AssertionTemplate.randomJWTID())
        let forged = try Assertion(key: .generate(.es256), claims: [("jti", jti)]).signed()
        #expect(try await server.token(forged).status == 401)
        #expect(try await server.token(try Assertion(claims: [("jti", jti)]).signed()).status == 200)
    }
}
