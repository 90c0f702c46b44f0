import CountersignJOSE
import Crypto
import CryptoExtras
import Foundation

/// The signing input and the signature of a parsed JWS.
struct SignedBytes: Sendable {
    let signingInput: [UInt8]
    let signature: [UInt8]

    init(_ jws: CompactJWS) {
        signingInput = Array(jws.signingInput)
        signature = Array(jws.signature)
    }
}

/// A public key of swift-crypto, used directly: the lower bound.
enum BareKey: Sendable {
    case rsa(_RSA.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)

    init(_ key: VerificationKey, _ algorithm: SignatureAlgorithm) throws {
        let spki = Data(key.spki)
        switch algorithm {
        case .rs256: self = .rsa(try _RSA.Signing.PublicKey(derRepresentation: spki))
        case .es256: self = .p256(try P256.Signing.PublicKey(derRepresentation: spki))
        // RFC 8410 §4: the key is the last 32 bytes.
        case .edDSA: self = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: spki.suffix(32)))
        default: throw Unexpected.noBareKey(algorithm.name)
        }
    }

    func isValid(_ signed: SignedBytes) -> Bool {
        switch self {
        case .rsa(let key):
            key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signed.signature),
                for: SHA256.hash(data: signed.signingInput), padding: .insecurePKCS1v1_5)
        case .p256(let key):
            (try? P256.Signing.ECDSASignature(rawRepresentation: signed.signature)).map {
                key.isValidSignature($0, for: SHA256.hash(data: signed.signingInput))
            } ?? false
        case .ed25519(let key):
            key.isValidSignature(signed.signature, for: signed.signingInput)
        }
    }
}
