import Crypto
import CryptoExtras

extension VerificationKey {
    /// Parses the members of a JWK that define the key.
    ///
    /// - Throws: `KeyError` for private or symmetric material, an unknown type or curve, a weak key, or a point that is not on its curve.
    init(jwk object: JSONObject) throws(KeyError) {
        guard let type = object.string("kty") else { throw .malformed("the member 'kty' is missing or not a string") }
        if type.text == "oct" { throw .symmetric }
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] where object[member] != nil {
            throw .privateMaterial(member)
        }
        switch type.text {
        case "RSA":
            try self.init(rsaModulus: object.number("n"), exponent: object.number("e"), RSASSAPSS(jwk: object))
        case "EC": try self.init(ec: object)
        case "OKP": try self.init(okp: object)
        case "AKP": try self.init(mlDSA: object)
        default: throw .unsupported("kty '\(type.text.prefix(32))'")
        }
    }

    /// Parses an EC key, whose coordinates have the full length of the field (RFC 7518 §6.2.1).
    private init(ec object: JSONObject) throws(KeyError) {
        guard let name = object.string("crv") else { throw .malformed("the member 'crv' is missing or not a string") }
        let (x, y) = (try object.bytes("x"), try object.bytes("y"))
        guard let curve = NamedCurve(rawValue: name.text) else { throw .unsupported("crv '\(name.text.prefix(32))'") }
        guard x.count == curve.coordinateLength, y.count == curve.coordinateLength else {
            throw .malformed("coordinates on \(name.text) have \(curve.coordinateLength) bytes")
        }
        self.init(try curve.publicKey([0x04] + x + y))
    }

    /// Parses an Ed25519 key (RFC 8037 §2).
    private init(okp object: JSONObject) throws(KeyError) {
        guard object.string("crv") == "Ed25519" else {
            throw .unsupported("crv '\(object.string("crv")?.text.prefix(32) ?? "")'")
        }
        let x = try object.bytes("x")
        guard x.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else {
            throw .malformed("x is not an Ed25519 public key")
        }
        self.init(.ed25519(key))
    }

    /// Parses an ML-DSA key, whose `alg` specifies the parameter set (draft-ietf-cose-dilithium §3).
    private init(mlDSA object: JSONObject) throws(KeyError) {
        let bytes = try object.bytes("pub")
        switch object.string("alg")?.text {
        case "ML-DSA-65":
            guard let key = try? MLDSA65.PublicKey(rawRepresentation: bytes) else { throw .malformed("pub") }
            self.init(.mlDSA65(key))
        case "ML-DSA-87":
            guard let key = try? MLDSA87.PublicKey(rawRepresentation: bytes) else { throw .malformed("pub") }
            self.init(.mlDSA87(key))
        case .some(let name): throw .unsupported("alg '\(name.prefix(32))'")
        case .none: throw .malformed("the member 'alg' is missing or not a string")
        }
    }
}
