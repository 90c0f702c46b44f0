/// A shared secret of a client, of which only the digest is stored (RFC 6749 §2.3.1).
package struct ClientSecretRecord: Sendable, Equatable {
    /// The most secrets of a client: two while one replaces the other, and some to spare.
    package static let maximumCount = 5

    /// The SHA-256 of the secret: 32 bytes.
    package let digest: [UInt8]
    package let createdAt: UnixTime
    /// `nil` if it does not expire.
    package let expiresAt: UnixTime?

    package init(digest: [UInt8], createdAt: UnixTime, expiresAt: UnixTime? = nil) {
        self.digest = digest
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// Names the secret for operators, and says nothing about it: it has 256 random bits.
    package var name: String { String(Base64URL.encode(digest).prefix(8)) }

    package func isUsable(at now: UnixTime) -> Bool { expiresAt.map { now < $0 } ?? true }

    /// The digest in base64url and the two times, as it is stored.
    package var text: String {
        "\(Base64URL.encode(digest))/\(createdAt.seconds)/\(expiresAt.map { String($0.seconds) } ?? "")"
    }

    /// - Returns: `nil` for anything that `text` would not have produced.
    package init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let digest = Base64URL.decode(parts[0]), let created = Int64(parts[1]) else {
            return nil
        }
        self.init(
            digest: digest, createdAt: UnixTime(seconds: created),
            expiresAt: Int64(parts[2]).map { UnixTime(seconds: $0) })
        guard digest.count == 32, self.text == text else { return nil }
    }
}
