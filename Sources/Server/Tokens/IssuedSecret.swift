import Crypto

/// A secret that this server hands out and recognises again: 32 random bytes in base64url, after a prefix that says what it is.
package struct IssuedSecret: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case session = "cs_se_"
        case client = "cs_cs_"
        /// RFC 7591 §1.2.
        case initialAccessToken = "cs_iat_"
        /// RFC 7592 §1.2.
        case registrationAccessToken = "cs_rat_"
    }

    static let randomLength = 32

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
        guard Self.payload(of: text, after: kind.rawValue)?.count == Self.randomLength else { return nil }
        self.init(text: text)
    }

    /// Returns what is in base64url after the prefix; `nil` if the text has another form.
    static func payload(of text: String, after prefix: String) -> [UInt8]? {
        guard text.utf8.count <= longest, text.hasPrefix(prefix) else { return nil }
        return Base64URL.decode(String(text.dropFirst(prefix.count)))
    }

    /// In characters.
    private static let longest = 128
}
