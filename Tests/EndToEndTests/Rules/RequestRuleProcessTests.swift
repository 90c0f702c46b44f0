import Countersign
import TestSupport
import Testing

@Suite(
    "Rules 1 to 9 and the signature's encoding, on a running server", .ownThreads, .serialized, .timeLimit(.minutes(5))
)
struct RequestRuleProcessTests {
    /// Encodes a signature as SEQUENCE { INTEGER r, INTEGER s }, as crypto libraries return it.
    private static func der(_ signature: [UInt8]) -> [UInt8] {
        func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            let digits = Array(bytes.drop { $0 == 0 })
            let body = (digits.first ?? 0x80) >= 0x80 ? [0] + digits : digits
            return [0x02, UInt8(body.count)] + body
        }
        let body = integer(signature.prefix(signature.count / 2)) + integer(signature.suffix(signature.count / 2))
        return [0x30, UInt8(body.count)] + body
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("RFC 8707 §2, RFC 8693 §2.1: only resource and audience may be repeated")
    func repeatedParameters() throws {
        let bench = try RuleBench()
        let key = try bench.makeKey("key")
        try bench.register("billing", "--jwks", bench.path("key.jwks.json"))
        for (name, status) in [("resource", 200), ("audience", 200), ("scope", 400)] {
            let form = TestServer.form(try bench.assertion("billing", key).signed())
            let twice = "&\(name)=https%3A%2F%2Fa.example%2F&\(name)=https%3A%2F%2Fb.example%2F"
            let answer = try ServerProcessTests.curl(bench.server.baseURL + "/oauth2/token", form: form + twice)
            #expect(answer.status == status, "\(answer.body)")
        }
        bench.stop()
    }

    @Test("A malformed signature is reported whether or not the client exists, and proves nothing")
    func signatureForm() throws {
        let bench = try RuleBench()
        let key = try bench.makeKey("key")
        try bench.register("billing", "--jwks", bench.path("key.jwks.json"))
        #expect(try bench.answer(to: bench.assertion("billing", key).signed()).status == 200)
        for client in ["billing", "nobody"] {
            let assertion = try bench.assertion(client, key)
            let signed = try assertion.signed().split(separator: ".")
            let signature = try #require(Base64URL.decode(String(signed[2])))
            func answer(_ third: String) throws -> Answer {
                try bench.answer(to: "\(signed[0]).\(signed[1]).\(third)")
            }
            let digits = Self.hex(signature)
            for (third, words) in [
                (Base64URL.encode(Self.der(signature)), "of ASN.1 DER, a SEQUENCE of two INTEGERs"),
                (Base64URL.encode(Array(digits.utf8)), "found 128 hexadecimal digits in place of bytes"),
                (digits, "found 128 hexadecimal digits in place of bytes"),
                (Base64URL.encode(Array(signed[2].utf8)), "found 86 characters of base64 in place of bytes"),
                (Base64URL.encode(Array(signature.dropLast())), "expected 64 bytes for ES256"),
            ] {
                try bench.expectDisclosed(try answer(third), .badSignature, words)
            }
            let short = try bench.assertion(client, key, header: [("alg", "RS256")])
                .signed(with: [UInt8](repeating: 1, count: 128))
            try bench.expectDisclosed(try bench.answer(to: short), .badSignature, "an RSA key of 1024 bits")
        }
        bench.stop()
    }

    @Test("The trace of a malformed signature shows rule 15 as failed and rules 10 to 14 as not reached")
    func trace() throws {
        let bench = try RuleBench()
        let forged = try bench.assertion("billing", TestClients.key).signed(with: [1, 2, 3])
        let (text, kept) = try bench.explanation(of: try bench.answer(to: forged))
        #expect(text.contains(/9 +client_id equals sub +held/))
        #expect(text.contains(/10 +client is registered and enabled +not reached/))
        #expect(text.contains(/15 +signature verifies +FAILED: bad_signature/))
        guard case .array(let rules)? = kept["rules"] else {
            Issue.record("no rules")
            return
        }
        #expect(rules.count == 24)
        let inspected = try ServerProcess.run([
            "assertion", "inspect", forged, "--data", bench.server.directory, "--issuer", TestServer.issuer,
        ])
        #expect(inspected.status == 1)
        #expect(inspected.output.contains("3 bytes"))
        bench.stop()
    }

    @Test("Each of rules 1 to 9 tells the caller what is wrong")
    func requestRules() throws {
        let bench = try RuleBench()
        let key = try bench.makeKey("key")
        try bench.register("billing", "--jwks", bench.path("key.jwks.json"))
        let good = try bench.assertion("billing", key).signed()
        func signed(
            _ header: [(String, JSONValue)] = [], _ claims: [(String, JSONValue?)] = []
        ) throws -> String { try bench.assertion("billing", key, header: header, claims: claims).signed() }
        for (assertion, code, words) in [
            (good + "=", RejectionCode.malformed, "the signature has padding, '=', at character 87"),
            (String(good.dropLast(2)) + "+/", .malformed, "'+' of ordinary base64 at character 85"),
            (good + "\n", .malformed, "a line break"),
            (try signed([("kid", .number(7))]), .malformed, "kid is a number, not a string"),
            (try signed([("alg", "HS256")]), .algorithmNotAllowed, "HS256"),
            (try signed([("crit", .array(["x"]))]), .criticalHeader, "crit"),
            (try signed([("typ", "at+jwt")]), .wrongType, "typ: expected"),
            (try signed([], [("iss", "other")]), .issuerSubjectMismatch, "other"),
            (try signed([], [("sub", nil)]), .missingClaim, "sub: expected"),
        ] {
            try bench.expectDisclosed(try bench.answer(to: assertion), code, words)
        }
        bench.stop()
    }

    @Test("Rules 10 to 15 share one answer")
    func opaque() throws {
        let bench = try RuleBench()
        let (key, stranger) = (try bench.makeKey("key", "--kid", "k1"), try bench.makeKey("stranger"))
        try bench.register("billing", "--jwks", bench.path("key.jwks.json"))
        try bench.register("pinned", "--jwks", bench.path("key.jwks.json"), "--auth-signing-alg", "RS256")
        for (assertion, code) in [
            (try bench.assertion("nobody", key), RejectionCode.unknownClient),
            (try bench.assertion("pinned", key), .algorithmNotAllowed),
            (try bench.assertion("billing", key, header: [("kid", "k2")]), .noMatchingKey),
            (try bench.assertion("billing", stranger), .badSignature),
        ] {
            try bench.expectOpaque(try bench.answer(to: assertion.signed()), code)
        }
        bench.stop()
    }
}
