import Crypto

/// A secret that a caller presents to prove what it was given: 32 random bytes in base64url after a prefix. Only its digest is stored.
package struct RandomSecret: Sendable {
    /// The prefix, by which secret scanners recognise a leaked secret.
    package enum Kind: String, Sendable, CaseIterable {
        /// RFC 6749 §1.3.1.
        case authorizationCode = "cs_ac_"
        /// RFC 6749 §1.5.
        case refreshToken = "cs_rt_"
    }

    package let text: String
    /// The SHA-256 of the text.
    package let digest: [UInt8]

    package static func make(_ kind: Kind) -> RandomSecret {
        let text = kind.rawValue + Base64URL.encode(RandomBytes.make(32))
        return RandomSecret(text: text, digest: digest(of: text))
    }

    package static func digest(of text: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(text.utf8)))
    }
}
