import Crypto
import CryptoExtras

extension VerificationKey {
    /// The members of a JWK that define the key (RFC 7518 §6, RFC 8037 §2, draft-ietf-cose-dilithium §3), in the order of RFC 7638 §3.2.
    var requiredMembers: [(String, JSONValue)] {
        switch material {
        case .rsa(let key):
            // Reading the numbers of an accepted key does not fail.
            guard let numbers = try? key.getKeyPrimitives() else { return [] }
            return [
                ("e", Self.number(Array(numbers.publicExponent))), ("kty", "RSA"),
                ("n", Self.number(Array(numbers.modulus))),
            ]
        case .p256(let key): return Self.ec("P-256", Array(key.rawRepresentation))
        case .p384(let key): return Self.ec("P-384", Array(key.rawRepresentation))
        case .p521(let key): return Self.ec("P-521", Array(key.rawRepresentation))
        case .ed25519(let key):
            return [("crv", "Ed25519"), ("kty", "OKP"), ("x", .base64URL(Array(key.rawRepresentation)))]
        case .mlDSA65(let key): return Self.mlDSA(.mlDSA65, Array(key.rawRepresentation))
        case .mlDSA87(let key): return Self.mlDSA(.mlDSA87, Array(key.rawRepresentation))
        }
    }

    /// The RFC 7638 thumbprint: base64url of the SHA-256 of the required members.
    public var thumbprint: String { Base64URL.encode(thumbprintDigest) }

    /// The 32 bytes of the RFC 7638 thumbprint.
    package var thumbprintDigest: [UInt8] {
        Array(SHA256.hash(data: JSONObject(requiredMembers).rendered()))
    }

    private static func ec(_ name: String, _ point: [UInt8]) -> [(String, JSONValue)] {
        let half = point.count / 2
        return [
            ("crv", .string(name)), ("kty", "EC"), ("x", .base64URL(Array(point[..<half]))),
            ("y", .base64URL(Array(point[half...]))),
        ]
    }

    private static func mlDSA(_ algorithm: SignatureAlgorithm, _ key: [UInt8]) -> [(String, JSONValue)] {
        [("alg", .string(algorithm.name)), ("kty", "AKP"), ("pub", .base64URL(key))]
    }

    /// Encodes a Base64urlUInt (RFC 7518 §2), which has no leading zeros.
    static func number(_ bytes: [UInt8]) -> JSONValue {
        .base64URL(Array(bytes.drop { $0 == 0 }))
    }
}

extension JSONValue {
    static func base64URL(_ bytes: [UInt8]) -> JSONValue {
        .string(Base64URL.encode(bytes))
    }
}

extension JSONObject {
    /// Decodes a member in base64url.
    func bytes(_ name: String) throws(KeyError) -> [UInt8] {
        guard let value = self[name] else { throw .malformed("the member '\(name)' is missing") }
        guard case .string(let text) = value, let bytes = Base64URL.decode(text.text), !bytes.isEmpty else {
            throw .malformed("the member '\(name)' is not base64url")
        }
        return bytes
    }

    /// Decodes a Base64urlUInt (RFC 7518 §2), which has no leading zeros.
    func number(_ name: String) throws(KeyError) -> [UInt8] {
        let bytes = try bytes(name)
        guard bytes[0] != 0 else { throw .malformed("the member '\(name)' has leading zeros") }
        return bytes
    }
}
