import SwiftASN1

/// A hash function of a key derivation or an integrity check, with libcrypto's name.
enum Digest: String {
    case sha1 = "SHA1"
    case sha224 = "SHA2-224"
    case sha256 = "SHA2-256"
    case sha384 = "SHA2-384"
    case sha512 = "SHA2-512"

    /// In bytes.
    var length: Int {
        switch self {
        case .sha1: 20
        case .sha224: 28
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// Finds the hash function with an identifier.
    init?(_ identifier: ASN1ObjectIdentifier) {
        switch identifier {
        case [1, 3, 14, 3, 2, 26]: self = .sha1
        case [2, 16, 840, 1, 101, 3, 4, 2, 4]: self = .sha224
        case [2, 16, 840, 1, 101, 3, 4, 2, 1]: self = .sha256
        case [2, 16, 840, 1, 101, 3, 4, 2, 2]: self = .sha384
        case [2, 16, 840, 1, 101, 3, 4, 2, 3]: self = .sha512
        default: return nil
        }
    }

    /// Finds the hash function of an HMAC with an identifier (RFC 8018 appendix B.1).
    init(pseudorandomFunction algorithm: AlgorithmIdentifier) throws(KeyFileError.Reason) {
        switch algorithm.identifier {
        case [1, 2, 840, 113549, 2, 7]: self = .sha1
        case [1, 2, 840, 113549, 2, 8]: self = .sha224
        case [1, 2, 840, 113549, 2, 9]: self = .sha256
        case [1, 2, 840, 113549, 2, 10]: self = .sha384
        case [1, 2, 840, 113549, 2, 11]: self = .sha512
        default: throw .unsupportedPart(.keyStore(.pkcs12), "a pseudorandom function of kind \(algorithm.identifier)")
        }
    }
}
