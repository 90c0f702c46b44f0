import CountersignJOSE
import CountersignKeyFiles
import Foundation
import Testing

@Suite("Public keys are recognised by content")
struct PublicKeyFileTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let file: String
        let type: KeyType
        var bits = 0
        var testDescription: String { file }
    }

    static let pem: [Example] = [
        .init(file: "rsa.public.pem", type: .rsa, bits: 2048),
        .init(file: "rsa.public.pkcs1.pem", type: .rsa, bits: 2048),
        .init(file: "prime256v1.public.pem", type: .p256, bits: 256),
        .init(file: "secp384r1.public.pem", type: .p384, bits: 384),
        .init(file: "secp521r1.public.pem", type: .p521, bits: 521),
        .init(file: "ed25519.public.pem", type: .ed25519, bits: 256),
        .init(file: "rsa.certificate.pem", type: .rsa, bits: 2048),
        .init(file: "prime256v1.certificate.pem", type: .p256, bits: 256),
        .init(file: "ed25519.certificate.pem", type: .ed25519, bits: 256),
    ]

    @Test("in PEM (RFC 7468) written by OpenSSL", arguments: pem)
    func inPEM(_ example: Example) throws {
        let file = try Fixture.publicKeys(example.file)
        try #require(file.keys.count == 1)
        #expect(file.keys[0].jwk.key.type == example.type)
        #expect(file.keys[0].jwk.key.sizeInBits == example.bits)
        #expect(file.keys[0].jwk.keyID == nil)
        #expect((file.keys[0].certificate != nil) == example.file.contains("certificate"))
        #expect(file.notes.isEmpty)
    }

    @Test("in DER, identical to the key in PEM", arguments: pem)
    func inDER(_ example: Example) throws {
        let fromPEM = try Fixture.publicKeys(example.file).keys[0]
        let fromDER = try KeyFile(try Fixture.der(example.file), name: "der").keys[0]
        #expect(fromDER.jwk.thumbprint == fromPEM.jwk.thumbprint)
        #expect(fromDER.certificate == fromPEM.certificate)
    }

    @Test("in DER followed by a line end, but by nothing else", arguments: pem)
    func inDERWithLineEnd(_ example: Example) throws {
        let der = try Fixture.der(example.file)
        let key = try KeyFile(der, name: "der").keys[0]
        for end in ["\n", "\r\n"] {
            let file = try KeyFile(der + end.utf8, name: "der")
            #expect(file.keys.map(\.jwk.thumbprint) == [key.jwk.thumbprint])
            #expect(file.keys[0].certificate == key.certificate)
        }
        for end in ["\n\n", "\r", " ", "\0"] {
            #expect(Fixture.refusal(der + end.utf8) != nil)
        }
    }

    @Test("in PEM in JSON, with slashes escaped as by PHP")
    func escapedSlashes() throws {
        let text = try Fixture.text("rsa.certificate.pem")
        #expect(text.contains("/"))
        let json = #"{"cert":""# + text.replacing("/", with: #"\/"#).replacing("\n", with: #"\n"#) + #""}"#
        let key = try KeyFile(Array(json.utf8), name: "json").keys[0]
        #expect(key.certificate == (try Fixture.publicKeys("rsa.certificate.pem").keys[0].certificate))
    }

    @Test("in a JWK and in a JWK Set (RFC 7517)", arguments: [SignatureAlgorithm.es256, .edDSA, .es512, .mlDSA65])
    func inJSON(_ algorithm: SignatureAlgorithm) throws {
        let jwk = JWK(
            key: try SigningKey.generate(algorithm).verificationKey, keyID: "one", algorithm: algorithm, use: "sig")
        for text in [jwk.object.render(), "\n  " + JWKSet([jwk]).render() + "\n"] {
            let key = try KeyFile(Array(text.utf8), name: "json").keys[0]
            #expect(key.jwk.thumbprint == jwk.thumbprint)
            #expect(key.jwk.keyID == "one")
            #expect(key.jwk.algorithm == algorithm)
        }
    }

    @Test("in PEM with CRLF, lines of any length, blanks, and text around the blocks (RFC 7468 §2)")
    func lenientPEM() throws {
        let text = try Fixture.text("prime256v1.public.pem")
        let thumbprint = try Fixture.publicKeys("prime256v1.public.pem").keys[0].jwk.thumbprint
        let base64 = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        let variants = [
            text.replacing("\n", with: "\r\n"), String(text.dropLast()), "Bag Attributes: none\n\n" + text + "\nend\n",
            "\u{FEFF}\n" + text, text.replacing("\n", with: "  \n\t"),
            "-----BEGIN PUBLIC KEY-----\n\(base64)\n-----END PUBLIC KEY-----",
        ]
        for variant in variants {
            #expect(try KeyFile(Array(variant.utf8), name: "pem").keys.map(\.jwk.thumbprint) == [thumbprint])
        }
    }

    @Test("several in one PEM file")
    func severalKeys() throws {
        let text = try Fixture.text("rsa.public.pem") + Fixture.text("prime256v1.certificate.pem")
        let file = try KeyFile(Array(text.utf8), name: "pem")
        #expect(file.keys.map(\.jwk.key.type) == [.rsa, .p256])
    }

    @Test("and a key gets a kid without losing its restrictions")
    func named() throws {
        let text = #"{"keys":[\#(try Self.operationsJWK())]}"#
        let key = try KeyFile(Array(text.utf8), name: "json").keys[0].named("two")
        #expect(key.jwk.keyID == "two")
        #expect(key.jwk.operations == ["verify"])
    }

    private static func operationsJWK() throws -> String {
        var object = JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: "one").object
        object.set("key_ops", ["verify"])
        return object.render()
    }
}
