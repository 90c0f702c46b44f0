import Crypto
import CryptoExtras

extension SigningKey {
    /// Parses a private JWK (RFC 7518 §6, RFC 8037 §2, draft-ietf-cose-dilithium §3).
    ///
    /// - Throws: `KeyError` if it is not a private key, or is weak or inconsistent.
    public init(privateJWK object: JSONObject) throws(KeyError) {
        let object = object.withoutNullMembers
        let material: Material = try attempt(orThrow: .malformed("the private key cannot be used")) {
            switch (object.string("kty")?.text, object.string("crv")?.text, object.string("alg")?.text) {
            case ("RSA", _, _):
                let (n, e) = (try object.number("n"), try object.number("e"))
                try RSAStrength.check(modulus: n, exponent: e)
                return .rsa(try .init(n: n, e: e, d: object.number("d"), p: object.number("p"), q: object.number("q")))
            case ("EC", "P-256", _): return .p256(try .init(rawRepresentation: object.bytes("d")))
            case ("EC", "P-384", _): return .p384(try .init(rawRepresentation: object.bytes("d")))
            case ("EC", "P-521", _): return .p521(try .init(rawRepresentation: object.bytes("d")))
            case ("OKP", "Ed25519", _): return .ed25519(try .init(rawRepresentation: object.bytes("d")))
            case ("AKP", _, "ML-DSA-65"):
                return .mlDSA65(try .init(seedRepresentation: object.bytes("priv"), publicKey: nil))
            case ("AKP", _, "ML-DSA-87"):
                return .mlDSA87(try .init(seedRepresentation: object.bytes("priv"), publicKey: nil))
            case ("oct", _, _): throw KeyError.symmetric
            default: throw KeyError.unsupported("not a private JWK of a supported type")
            }
        }
        if case .rsa = material { self.init(material, try RSASSAPSS(jwk: object)) } else { self.init(material) }
    }

    /// Returns the key as a private JWK, with the public members.
    ///
    /// - Parameter keyID: the value of `kid`.
    public func privateJWK(keyID: ExactString? = nil) -> JSONObject {
        var object = JWK(key: verificationKey, keyID: keyID, algorithm: defaultAlgorithm, use: "sig").object
        switch material {
        case .rsa(let key):
            let names = ["n", "e", "d", "p", "q", "dp", "dq", "qi"]
            // An RSAPrivateKey (RFC 8017 appendix A.1.2): the version, then the numbers in this order.
            var numbers = DERElement(Array(key.derRepresentation), .sequence)?.elements
            _ = numbers?.next()
            for name in names {
                guard let number = numbers?.next()?.unsignedInteger else { break }
                if name != "n" && name != "e" { object.set(name, VerificationKey.number(number)) }
            }
        case .p256(let key): object.set("d", .base64URL(Array(key.rawRepresentation)))
        case .p384(let key): object.set("d", .base64URL(Array(key.rawRepresentation)))
        case .p521(let key): object.set("d", .base64URL(Array(key.rawRepresentation)))
        case .ed25519(let key): object.set("d", .base64URL(Array(key.rawRepresentation)))
        case .mlDSA65(let key): object.set("priv", .base64URL(Array(key.seedRepresentation)))
        case .mlDSA87(let key): object.set("priv", .base64URL(Array(key.seedRepresentation)))
        }
        return object
    }
}
