import Crypto

/// An authorization code or a refresh token: the identifier of its grant and 32 random bytes in base64url, after a prefix.
///
/// The store finds it by the grant, whose identifiers grow with time, so it needs no index of random digests.
package struct GrantSecret: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case authorizationCode = "cs_ac_"
        case refreshToken = "cs_rt_"
    }

    package let text: String
    /// What the store finds it by.
    package let digest: GrantSecretDigest

    private init(text: String, grant: [UInt8]) {
        self.text = text
        digest = GrantSecretDigest(grant: grant, digest: Array(SHA256.hash(data: Array(text.utf8))))
    }

    package static func generate(_ kind: Kind, of grant: [UInt8]) -> GrantSecret {
        let payload = grant + RandomBytes.make(IssuedSecret.randomLength)
        return GrantSecret(text: kind.rawValue + Base64URL.encode(payload), grant: grant)
    }

    /// Checks the form of what a client sent, so that nothing else is looked up.
    ///
    /// - Returns: `nil` unless it can be a secret of this kind.
    package init?(_ text: String, _ kind: Kind) {
        let length = AuthorizationGrantRecord.idLength
        guard let payload = IssuedSecret.payload(of: text, after: kind.rawValue),
            payload.count == length + IssuedSecret.randomLength
        else { return nil }
        self.init(text: text, grant: Array(payload.prefix(length)))
    }
}
