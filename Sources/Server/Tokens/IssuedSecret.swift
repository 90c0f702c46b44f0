import Crypto

/// A secret that this server hands out and recognises again: 32 random bytes in base64url, after a prefix that says what it is.
package struct IssuedSecret: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case authorizationCode = "cs_ac_"
        case refreshToken = "cs_rt_"
        case session = "cs_se_"
        /// RFC 7591 §1.2.
        case initialAccessToken = "cs_iat_"
        /// RFC 7592 §1.2.
        case registrationAccessToken = "cs_rat_"
    }

    private static let randomLength = 32

    package let text: String
    /// The SHA-256 of the text: what is stored, and found by.
    package let digest: [UInt8]

    private init(text: String) {
        self.text = text
        digest = Array(SHA256.hash(data: Array(text.utf8)))
    }

    package static func generate(_ kind: Kind) -> IssuedSecret {
        IssuedSecret(text: kind.rawValue + Base64URL.encode(RandomBytes.make(randomLength)))
    }

    /// Checks the form of what a caller sent, so that nothing else is looked up.
    ///
    /// - Returns: `nil` unless it can be a secret of this kind.
    init?(_ text: String, _ kind: Kind) {
        guard text.utf8.count == kind.rawValue.utf8.count + 43, text.hasPrefix(kind.rawValue),
            Base64URL.decode(String(text.dropFirst(kind.rawValue.count))) != nil
        else { return nil }
        self.init(text: text)
    }
}
