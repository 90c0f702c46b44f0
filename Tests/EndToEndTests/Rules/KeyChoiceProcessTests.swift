import Countersign
import CountersignKeyFiles
import Foundation
import TestSupport
import Testing

@Suite("Key selection, on a running server", .ownThreads, .serialized, .timeLimit(.minutes(5)))
struct KeyChoiceProcessTests {
    /// A client with one certificate, whose key signs.
    private struct Setup {
        let bench: RuleBench
        let key: SigningKey
        let facts: CertificateFacts
        let thumbprint: [UInt8]

        init() throws {
            bench = try RuleBench()
            try TLSIdentity.make("billing").write(to: bench.server.directory)
            key = try bench.readKey("tls.key")
            let pem = try Data(contentsOf: URL(fileURLWithPath: bench.path("tls.pem")))
            let file = try KeyFile(Array(pem), name: "tls.pem")
            facts = try #require(file.keys.first?.certificate?.facts)
            thumbprint = try #require(Base64URL.decode(key.verificationKey.thumbprint))
            try bench.register("billing", "--certificate", bench.path("tls.pem"))
        }

        func answer(_ name: String, _ value: String, _ signer: SigningKey? = nil) throws -> Answer {
            let assertion = try bench.assertion(
                "billing", signer ?? key, header: [(name, .string(value))])
            return try bench.answer(to: assertion.signed())
        }

        static func hex(_ bytes: [UInt8]) -> String {
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }

        /// Returns base64url without and with padding, base64, hex in both cases, and base64url of hex.
        static func forms(_ digest: [UInt8]) -> [String] {
            let plain = Base64URL.encode(digest)
            let base64 = Data(digest).base64EncodedString()
            return [
                plain, plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4), base64, hex(digest),
                hex(digest).uppercased(), Base64URL.encode(Array(hex(digest).utf8)),
            ]
        }
    }

    @Test("RFC 7515 §4.1.7, §4.1.8: thumbprints are compared decoded, and another certificate's does not match")
    func certificateThumbprints() throws {
        let setup = try Setup()
        for (name, registered) in [("x5t", setup.facts.thumbprintSHA1), ("x5t#S256", setup.facts.thumbprintSHA256)] {
            let digest = try #require(Base64URL.decode(registered.text))
            for form in Setup.forms(digest) {
                #expect(try setup.answer(name, form).status == 200, "\(name) \(form)")
            }
            let other = Base64URL.encode(digest.map { ~$0 })
            let text = try setup.bench.expectOpaque(try setup.answer(name, other), .noMatchingKey)
            #expect(text.contains("\(name) '\(other)'"))
            #expect(text.contains("another certificate, whose \(name) is '\(registered.text)'"))
        }
        setup.bench.stop()
    }

    @Test("A kid may be the thumbprint of the key or its certificate, and proves nothing")
    func keyIDThumbprints() throws {
        let setup = try Setup()
        // The certificate has no kid; a second key has one.
        let named = try setup.bench.makeKey("named", "--kid", "k1")
        try ServerProcessTests.expectSuccess([
            "client", "edit", "billing", "--jwks", setup.bench.path("named.jwks.json"), "--data",
            setup.bench.server.directory,
        ])
        let thumbprint = try #require(Base64URL.decode(named.verificationKey.thumbprint))
        for form in Setup.forms(thumbprint) {
            #expect(try setup.answer("kid", form, named).status == 200, "\(form)")
        }
        for registered in [setup.facts.thumbprintSHA1, setup.facts.thumbprintSHA256] {
            for form in Setup.forms(try #require(Base64URL.decode(registered.text))) {
                #expect(try setup.answer("kid", form).status == 200, "\(form)")
            }
        }
        let forged = try setup.answer("kid", named.verificationKey.thumbprint, .generate(.es256))
        try setup.bench.expectOpaque(forged, .badSignature)
        setup.bench.stop()
    }

    @Test("A thumbprint as kid selects among more keys than are tried without a kid")
    func keyIDAmongMany() throws {
        let bench = try RuleBench()
        let keys = try (0..<6).map { try bench.makeKey("k\($0)") }
        for number in keys.indices {
            let options = ["--public-key", bench.path("k\(number).public.pem")]
            let pem = try ServerProcess.run(
                "/usr/bin/env", ["openssl", "pkey", "-in", bench.path("k\(number).pem"), "-pubout", "-out", options[1]])
            #expect(pem.status == 0, "\(pem.errors)")
            if number == 0 {
                try bench.register("billing", options[0], options[1])
            } else {
                try ServerProcessTests.expectSuccess(
                    ["client", "edit", "billing", "--data", bench.server.directory] + options)
            }
        }
        for key in keys {
            let kid = JSONValue.string(key.verificationKey.thumbprint)
            let assertion = try bench.assertion("billing", key, header: [("kid", kid)])
            #expect(try bench.answer(to: assertion.signed()).status == 200)
        }
        try bench.expectOpaque(try bench.answer(to: bench.assertion("billing", keys[0]).signed()), .noMatchingKey)
        bench.stop()
    }

    @Test("no_matching_key tells the operator why each key was excluded")
    func excluded() throws {
        let bench = try RuleBench()
        let key = try bench.makeKey("old", "--kid", "old")
        _ = try bench.makeKey("retired", "--kid", "retired")
        _ = try bench.makeKey("rsa", "--kid", "rsa", "--alg", "RS256")
        let encryption = try JWK(
            key: SigningKey.generate(.es256).verificationKey, keyID: "cipher", use: "enc")
        try JWKSet([encryption]).render().write(
            toFile: bench.path("cipher.jwks.json"), atomically: true, encoding: .utf8)
        let files = ["old", "retired", "rsa", "cipher"].flatMap { ["--jwks", bench.path("\($0).jwks.json")] }
        try ServerProcessTests.expectSuccess(
            ["client", "add", "--id", "billing", "--name", "b", "--data", bench.server.directory] + files)
        for arguments in [["retire", "billing", "retired", "--in", "1s"], ["revoke", "billing", "old"]] {
            try ServerProcessTests.expectSuccess(
                ["client", "key"] + arguments + ["--data", bench.server.directory])
        }
        func found(_ kid: ExactString) throws -> String {
            let assertion = try bench.assertion("billing", key, header: [("kid", .string(kid))])
            let answer = try bench.answer(to: assertion.signed())
            guard answer["error_uri"]?.hasSuffix("/invalid_client") == true else { return answer.text }
            return try bench.explanation(of: answer).text
        }
        let text = try found("new")
        #expect(text.contains("alg ES256, kid 'new'; registered: "), "\(text)")
        for words in ["RSA 'rsa': does not serve ES256", "P-256 'cipher': its use is 'enc', not 'sig'"] {
            #expect(text.contains(words), "\(text)")
        }
        // Once the server notices that a key has ended, it reports that rather than a different kid.
        #expect(text.contains(/P-256 'retired': (another kid|retired since)/), "\(text)")
        #expect(text.contains(/P-256 'old': (another kid|revoked since)/), "\(text)")
        try Patience.expect("the keys' ends are reported") {
            let (old, retired) = (try found("old"), try found("retired"))
            return old.contains(/P-256 'old': revoked since 20/)
                && retired.contains(/P-256 'retired': retired since 20/)
        }
        bench.stop()
    }
}
