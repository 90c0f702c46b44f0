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
        guard let found = Self.identifiers.first(where: { $0.digest == identifier }) else { return nil }
        self = found.function
    }

    /// Finds the hash function of an HMAC with an identifier.
    init(pseudorandomFunction algorithm: AlgorithmIdentifier) throws(KeyFileError.Reason) {
        guard let found = Self.identifiers.first(where: { $0.hmac == algorithm.identifier }) else {
            throw .unsupportedPKCS12("a pseudorandom function of kind \(algorithm.identifier)")
        }
        self = found.function
    }

    /// RFC 8017 appendix B.1, RFC 8018 appendix B.1.
    private static let identifiers: [(function: Digest, digest: ASN1ObjectIdentifier, hmac: ASN1ObjectIdentifier)] = [
        (.sha1, [1, 3, 14, 3, 2, 26], [1, 2, 840, 113549, 2, 7]),
        (.sha224, [2, 16, 840, 1, 101, 3, 4, 2, 4], [1, 2, 840, 113549, 2, 8]),
        (.sha256, [2, 16, 840, 1, 101, 3, 4, 2, 1], [1, 2, 840, 113549, 2, 9]),
        (.sha384, [2, 16, 840, 1, 101, 3, 4, 2, 2], [1, 2, 840, 113549, 2, 10]),
        (.sha512, [2, 16, 840, 1, 101, 3, 4, 2, 3], [1, 2, 840, 113549, 2, 11]),
    ]
}
