import CountersignJOSE
import CountersignKeyFiles
import Testing

@Suite("Files without a usable public key are refused with the reason")
struct RefusedFileTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let file: String
        let reason: KeyFileError.Reason
        var testDescription: String { file }
    }

    static let privateFiles: [Example] = [
        .init(file: "rsa.pkcs8.pem", reason: .privateKey(.pkcs8)),
        .init(file: "rsa.pkcs1.pem", reason: .privateKey(.pkcs1)),
        .init(file: "prime256v1.pkcs8.pem", reason: .privateKey(.pkcs8)),
        .init(file: "prime256v1.sec1.pem", reason: .privateKey(.sec1)),
        .init(file: "ed25519.pkcs8.pem", reason: .privateKey(.pkcs8)),
        .init(file: "rsa.encrypted.pem", reason: .privateKey(.encrypted)),
        .init(file: "rsa.encrypted.pkcs1.pem", reason: .privateKey(.encrypted)),
        .init(file: "openssh.private", reason: .privateKey(.openSSH)),
    ]

    @Test("private keys, with a hint to use the public half", arguments: privateFiles)
    func privateMaterial(_ example: Example) throws {
        let bytes = try Fixture.bytes(example.file)
        #expect(Fixture.refusal(bytes) == example.reason)
        // Anywhere in the file.
        let certificate = try Fixture.bytes("rsa.certificate.pem")
        #expect(Fixture.refusal(certificate + bytes) == example.reason)
        #expect(Fixture.refusal(bytes + certificate) == example.reason)
        let error = #expect(throws: KeyFileError.self) { try KeyFile(bytes, name: example.file) }
        #expect(error?.message.contains("public half") == true)
        #expect(error?.message.hasPrefix(example.file) == true)
    }

    @Test(
        "private keys in DER",
        arguments: ["rsa.pkcs8.pem", "rsa.pkcs1.pem", "prime256v1.pkcs8.pem", "ed25519.pkcs8.pem"])
    func privateDER(_ file: String) throws {
        guard case .privateKey = Fixture.refusal(try Fixture.der(file)) else {
            Issue.record("\(file) was not refused as private")
            return
        }
    }

    @Test(
        "private members of a JWK, alone or in a set",
        arguments: [SignatureAlgorithm.rs256, .es256, .edDSA, .mlDSA65])
    func privateJWK(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let secret = key.privateJWK().render()
        let harmless = JWK(key: try SigningKey.generate(.es256).verificationKey).object.render()
        for text in [secret, #"{"keys":[\#(secret)]}"#, #"{"keys":[\#(harmless),\#(secret)]}"#] {
            #expect(Fixture.refusal(Array(text.utf8)) == .privateKey(.jwk))
        }
    }

    static let others: [Example] = [
        .init(file: "openssh.public", reason: .unsupported(.other(.openSSHPublicKey))),
        .init(file: "request.pem", reason: .unsupported(.other(.certificateRequest))),
        .init(file: "bundle.p7b.pem", reason: .unsupported(.other(.pkcs7))),
        .init(file: "store.p12", reason: .unsupported(.keyStore(.pkcs12))),
        .init(file: "make.sh", reason: .notRecognised),
    ]

    @Test("other formats, with the conversion", arguments: others)
    func otherFormats(_ example: Example) throws {
        #expect(Fixture.refusal(try Fixture.bytes(example.file)) == example.reason)
    }

    @Test(
        "keys that are weak or of an unknown curve",
        arguments: ["rsa-1024.public.pem", "secp256k1.public.pem", "x25519.public.pem"])
    func unusableKeys(_ file: String) throws {
        guard case .refused = Fixture.refusal(try Fixture.bytes(file)) else {
            Issue.record("\(file) was not refused")
            return
        }
    }

    @Test("a symmetric key")
    func symmetric() {
        #expect(Fixture.refusal(Array(#"{"kty":"oct","k":"AAAA"}"#.utf8)) != nil)
    }

    @Test("empty and oversized files")
    func sizes() throws {
        #expect(Fixture.refusal([]) == .empty)
        #expect(Fixture.refusal(Array(" \r\n\t".utf8)) == .empty)
        #expect(
            Fixture.refusal([UInt8](repeating: 0x20, count: KeyFile.maximumLength + 1))
                == .tooLong(limit: KeyFile.maximumLength))
        let key = try Fixture.bytes("ed25519.public.pem")
        let many = [[UInt8]](repeating: key, count: KeyFile.maximumKeys + 1).flatMap { $0 }
        #expect(Fixture.refusal(many) == .tooManyKeys(limit: KeyFile.maximumKeys))
        #expect(try KeyFile(Array(many.dropLast(key.count)), name: "pem").keys.count == KeyFile.maximumKeys)
    }

    @Test(
        "damaged files",
        arguments: [
            "-----BEGIN PUBLIC KEY-----\nMFkw\n", "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END CERTIFICATE-----\n",
            "-----BEGIN PUBLIC KEY-----\n?\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n", "{", #"{"kty":"EC","kty":"EC"}"#, "0\u{80}",
        ])
    func damaged(_ text: String) {
        guard case .damaged = Fixture.refusal(Array(text.utf8)) else {
            Issue.record("\(text) was not refused as damaged")
            return
        }
    }

    @Test("unusable keys of a JWK Set are skipped with a note (RFC 7517 §5)")
    func partlyUsableSet() throws {
        let good = JWK(key: try SigningKey.generate(.es256).verificationKey).object.render()
        let file = try KeyFile(Array(#"{"keys":[{"kty":"XX"},\#(good)]}"#.utf8), name: "set")
        #expect(file.keys.count == 1)
        #expect(file.notes.count == 1)
        #expect(file.notes[0].hasPrefix("Key 1 of the set"))
        #expect(Fixture.refusal(Array(#"{"keys":[]}"#.utf8)) == .noKeys)
    }
}
