import CountersignJOSE
import CountersignKeyFiles
import Testing

@Suite("Private keys are recognised by content")
struct PrivateKeyFileTests {
    /// A private key and its public half, both written by OpenSSL.
    struct Pair: Sendable, CustomTestStringConvertible {
        let secret: String
        let open: String
        var testDescription: String { secret }
    }

    static let pairs: [Pair] = [
        .init(secret: "rsa.pkcs8.pem", open: "rsa.public.pem"), .init(secret: "rsa.pkcs1.pem", open: "rsa.public.pem"),
        .init(secret: "prime256v1.pkcs8.pem", open: "prime256v1.public.pem"),
        .init(secret: "prime256v1.sec1.pem", open: "prime256v1.public.pem"),
        .init(secret: "prime256v1.sec1-without-public.pem", open: "prime256v1.public.pem"),
        .init(secret: "secp384r1.sec1.pem", open: "secp384r1.public.pem"),
        .init(secret: "secp521r1.sec1.pem", open: "secp521r1.public.pem"),
        .init(secret: "ed25519.pkcs8.pem", open: "ed25519.public.pem"),
    ]

    @Test("in PEM: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017), SEC1 (RFC 5915)", arguments: pairs)
    func inPEM(_ pair: Pair) throws {
        let key = try Fixture.privateKey(pair.secret).key
        #expect(key.verificationKey.thumbprint == (try Fixture.publicKeys(pair.open).keys[0].jwk.thumbprint))
        let message = Array("message".utf8)
        let signature = try key.sign(message, algorithm: key.defaultAlgorithm)
        let publicKey = try Fixture.publicKeys(pair.open).keys[0].jwk.key
        #expect(publicKey.isValid(signature: signature, for: message, algorithm: key.defaultAlgorithm))
    }

    @Test("in DER", arguments: ["rsa.pkcs8.pem", "rsa.pkcs1.pem", "prime256v1.pkcs8.pem", "ed25519.pkcs8.pem"])
    func inDER(_ file: String) throws {
        let key = try PrivateKeyFile(try Fixture.der(file), name: "der").key
        #expect(key.verificationKey.thumbprint == (try Fixture.privateKey(file).key.verificationKey.thumbprint))
    }

    @Test(
        "in a private JWK with kid and alg, alone or as the only key of a set",
        arguments: SignatureAlgorithm.allCases)
    func inJWK(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        var object = key.privateJWK(keyID: "one")
        object.set("alg", .string(algorithm.name))
        for text in [object.render(), #"{"keys":[\#(object.render())]}"#] {
            let file = try PrivateKeyFile(Array(text.utf8), name: "jwk")
            #expect(file.key.verificationKey.thumbprint == key.verificationKey.thumbprint)
            #expect(file.keyID == "one")
            #expect(file.algorithm == algorithm)
        }
    }

    @Test("and PEM written by us is read back", arguments: SignatureAlgorithm.allCases)
    func roundTrip(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let file = try PrivateKeyFile(Array(key.pem.utf8), name: "pem")
        #expect(file.key.verificationKey.thumbprint == key.verificationKey.thumbprint)
    }

    @Test("A private key is read from a file that also has a certificate")
    func besideCertificate() throws {
        let text = try Fixture.text("rsa.certificate.pem") + Fixture.text("rsa.pkcs8.pem")
        #expect(try PrivateKeyFile(Array(text.utf8), name: "pem").key.verificationKey.type == .rsa)
    }

    @Test("Other files are refused with the reason")
    func refused() throws {
        #expect(
            Fixture.refusalAsPrivate(try Fixture.bytes("rsa.encrypted.pem")) == .passwordNeeded(.private(.encrypted)))
        #expect(Fixture.refusalAsPrivate(try Fixture.bytes("rsa.encrypted.pkcs1.pem")) == .encrypted)
        #expect(Fixture.refusalAsPrivate(try Fixture.bytes("openssh.private")) == .unsupported(.private(.openSSH)))
        #expect(Fixture.refusalAsPrivate(try Fixture.bytes("rsa.public.pem")) == .noPrivateKey(.public(.spki)))
        #expect(Fixture.refusalAsPrivate(try Fixture.bytes("chain.pem")) == .noPrivateKey(.public(.certificate)))
        #expect(Fixture.refusalAsPrivate(try Fixture.bytes("store.p12")) == .keyInStore(.pkcs12))
        let two = try Fixture.bytes("rsa.pkcs8.pem") + Fixture.bytes("prime256v1.sec1.pem")
        #expect(Fixture.refusalAsPrivate(two) == .severalPrivateKeys(2))
        let publicJWK = JWK(key: try SigningKey.generate(.es256).verificationKey)
        #expect(Fixture.refusalAsPrivate(Array(publicJWK.object.render().utf8)) == .noPrivateKey(.public(.jwk)))
        #expect(Fixture.refusalAsPrivate(Array(#"{"kty":"oct","k":"AAAA"}"#.utf8)) == .refused(.symmetric))
    }
}
