import Countersign
import Testing

@Suite("Rules 7 and 12: kid, x5t and x5t#S256 select a key")
struct KeyHintTests {
    private static let sha1 = digest(20)
    private static let sha256 = digest(32)

    /// Bytes whose encoding contains both characters that differ between the base64 alphabets.
    private static func digest(_ count: Int, _ seed: UInt8 = 0xF8) -> [UInt8] {
        (0..<count).map { seed &+ UInt8($0) &* 7 }
    }

    private static func facts(_ seed: UInt8 = 0xF8) -> CertificateFacts {
        CertificateFacts(
            subject: "CN=billing", notBefore: .distantPast, notAfter: .distantFuture,
            thumbprintSHA1: ExactString(Base64URL.encode(digest(20, seed))),
            thumbprintSHA256: ExactString(Base64URL.encode(digest(32, seed))))
    }

    /// A form of a thumbprint that a library sends.
    struct Form: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let write: @Sendable ([UInt8]) -> String

        private static func hex(_ bytes: [UInt8]) -> [String] {
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        }

        private static func padded(_ text: String) -> String {
            text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        }

        static let all: [Form] = [
            .init(testDescription: "base64url", write: { Base64URL.encode($0) }),
            .init(testDescription: "base64url with padding", write: { padded(Base64URL.encode($0)) }),
            .init(
                testDescription: "base64",
                write: { bytes in
                    String(padded(Base64URL.encode(bytes)).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
                }),
            .init(testDescription: "hex", write: { hex($0).joined() }),
            .init(testDescription: "HEX", write: { hex($0).joined().uppercased() }),
            .init(testDescription: "hex with colons", write: { hex($0).joined(separator: ":").uppercased() }),
            .init(testDescription: "base64url of hex", write: { Base64URL.encode(Array(hex($0).joined().utf8)) }),
            .init(
                testDescription: "base64 of hex, with padding",
                write: { padded(Base64URL.encode(Array(hex($0).joined().uppercased().utf8))) }),
            .init(
                testDescription: "base64url of hex with colons",
                write: { Base64URL.encode(Array(hex($0).joined(separator: ":").utf8)) }),
        ]
    }

    private static func verdict(
        _ header: [(String, String)], _ key: ClientKey, signedBy signer: SigningKey = Workbench.key
    ) async throws -> RejectionCode? {
        let token = try Workbench.sign(
            Workbench.claims(), header: header.map { ($0, .string($1)) }, key: signer)
        return await Workbench(keys: [key]).verdict(token)
    }

    @Test("RFC 7515 §4.1.7, §4.1.8: a thumbprint is compared decoded, in every form", arguments: Form.all)
    func certificateThumbprint(_ form: Form) async throws {
        let key = Workbench.clientKey(certificate: Self.facts())
        let other = Workbench.clientKey(certificate: Self.facts(1))
        for (name, digest) in [("x5t", Self.sha1), ("x5t#S256", Self.sha256), ("x5t", Self.sha256)] {
            #expect(try await Self.verdict([(name, form.write(digest))], key) == nil)
            #expect(try await Self.verdict([(name, form.write(digest))], other) == .noMatchingKey)
            // A key that was registered without a certificate has no thumbprint to compare with.
            #expect(try await Self.verdict([(name, form.write(digest))], Workbench.clientKey()) == nil)
        }
    }

    @Test("A kid that is a thumbprint of a key selects that key, whatever its own kid", arguments: Form.all)
    func keyID(_ form: Form) async throws {
        let key = Workbench.clientKey(id: "k1", certificate: Self.facts())
        let stranger = Workbench.clientKey(Workbench.unregisteredKey, id: "k2", certificate: Self.facts(1))
        for digest in [key.thumbprintDigest, Self.sha1, Self.sha256] {
            let header = [("kid", form.write(digest))]
            #expect(try await Self.verdict(header, key) == nil)
            #expect(try await Self.verdict(header, stranger, signedBy: Workbench.unregisteredKey) == .noMatchingKey)
            // It selects a key, but proves nothing.
            #expect(try await Self.verdict(header, key, signedBy: Workbench.unregisteredKey) == .badSignature)
        }
    }

    @Test(
        "Anything but a thumbprint selects nothing",
        arguments: [
            "", "k9", String(repeating: "=", count: 44), String(repeating: "g", count: 64),
            String(repeating: ":", count: 95), String(repeating: "é", count: 32), String(repeating: "a", count: 1000),
            String(repeating: "A", count: 43), "........................................",
        ])
    func nothing(_ text: String) async throws {
        let key = Workbench.clientKey(id: "k1", certificate: Self.facts())
        for name in ["kid", "x5t", "x5t#S256"] {
            #expect(try await Self.verdict([(name, text)], key) == .noMatchingKey)
        }
    }

    /// A key that is not tried, and its description.
    struct Excluded: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let key: ClientKey

        init(_ words: String, _ key: ClientKey) {
            testDescription = words
            self.key = key
        }

        static let all: [Excluded] = [
            .init("P-384 'k1': does not serve ES256", Workbench.clientKey(Workbench.makeKey(.es384), id: "k1")),
            .init("P-256 'k1': its use is 'enc', not 'sig'", Workbench.clientKey(id: "k1", use: "enc")),
            .init(
                "P-256 'k9': another kid (thumbprint \(Workbench.clientKey().thumbprint))",
                Workbench.clientKey(id: "k9")),
            .init(
                "P-256 'k1': another certificate, whose x5t#S256 is '\(facts(1).thumbprintSHA256)'",
                Workbench.clientKey(id: "k1", certificate: facts(1))),
            .init(
                "P-256 'k1': retired since 2027-01-15T08:00:00Z",
                ClientKey(
                    JWK(key: Workbench.key.verificationKey, keyID: "k1"),
                    availability: .retiring(until: Workbench.now))),
            .init(
                "P-256 'k1': revoked since 2027-01-15T08:00:00Z",
                ClientKey(
                    JWK(key: Workbench.key.verificationKey, keyID: "k1"),
                    availability: .revoked(since: Workbench.now))),
            .init(
                "P-256 with thumbprint \(Workbench.clientKey().thumbprint): its use is 'enc', not 'sig'",
                Workbench.clientKey(use: "enc")),
        ]
    }

    @Test("Each registered key is listed with the reason why it was excluded", arguments: Excluded.all)
    func told(_ example: Excluded) async throws {
        let sent = Base64URL.encode(Self.sha256)
        let token = try Workbench.sign(
            Workbench.claims(), header: [("kid", "k1"), ("x5t#S256", .string(sent))])
        let rejection = try #require(await Workbench(keys: [example.key]).rejection(token))
        let found = rejection.explanation.found
        #expect(found == "alg ES256, kid 'k1', x5t#S256 '\(sent)'; registered: \(example.testDescription)")
    }

    @Test("RFC 7517 §4.3, §4.4: restrictions of a JWK are listed")
    func restrictions() async throws {
        for (members, words) in [
            ([("alg", JSONValue.string("RS384"))], "restricted to RS384"),
            ([("key_ops", .array(["sign"]))], "its key_ops do not include 'verify'"),
        ] {
            var object = JWK(key: Workbench.rsaKey.verificationKey, keyID: "k1").object
            for (name, value) in members { object.set(name, value) }
            let token = try Workbench.sign(Workbench.claims(), key: Workbench.rsaKey, algorithm: .rs256)
            let rejection = await Workbench(keys: [ClientKey(try JWK(object))]).rejection(token)
            #expect(
                rejection?.explanation.found == "alg RS256, kid absent; registered: RSA 'k1': \(words)")
        }
    }

    @Test("At most eight keys are listed")
    func many() async throws {
        let keys = (0..<100).map { Workbench.clientKey(id: ExactString("k\($0)")) }
        let token = try Workbench.sign(Workbench.claims(), header: [("kid", "x")])
        let found = try #require(await Workbench(keys: keys).rejection(token)).explanation.found
        #expect(found.contains(#/P-256 'k7': another kid \(thumbprint [\w-]{43}\); and 92 more/#))
        #expect(!found.contains("k8"))
    }
}
