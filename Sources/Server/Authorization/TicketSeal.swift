import Crypto

/// The seal of tickets: AES-256-GCM under a key that is derived for each ticket from the server's key, the issuer and the purpose, as for
/// opaque tokens (docs/decisions/0014-sealed-opaque-tokens.md). A ticket is not a token, and is sealed for one purpose.
package struct TicketSeal: Sendable {
    /// The purpose of a ticket.
    package enum Purpose: String, Sendable {
        case authorization
        /// The cookie of the console.
        case console
        /// The cookie of a sign-in to the console that has begun.
        case consoleSignIn = "console-sign-in"
    }

    private static let idLength = 16
    private static let headerLength = 4 + idLength
    private static let nonceLength = 12
    private static let tagLength = 16
    /// In characters.
    private static let maximumLength = 16_384

    private let keys: SealingKeys
    private let context: [UInt8]

    package init(_ purpose: Purpose, issuer: String, keys: SealingKeys) {
        self.keys = keys
        context = SealingKeys.context(["countersign/ticket", "1", issuer, purpose.rawValue])
    }

    /// - Returns: base64url; `nil` if there is no key.
    package func seal(_ contents: [UInt8]) -> String? {
        guard let key = keys.newest else { return nil }
        var header: [UInt8] = []
        header.append(bigEndian: key.number)
        header.append(contentsOf: RandomBytes.make(Self.idLength))
        let box = try? AES.GCM.seal(
            contents, using: key.derived(for: context + header),
            nonce: AES.GCM.Nonce(data: RandomBytes.make(Self.nonceLength)), authenticating: context + header)
        guard let sealed = box?.combined else { return nil }
        return Base64URL.encode(header + sealed)
    }

    /// - Returns: `nil` unless it was sealed by this issuer for this purpose, and not modified since.
    package func open(_ ticket: String) -> [UInt8]? {
        guard ticket.utf8.count <= Self.maximumLength, let bytes = Base64URL.decode(ticket),
            bytes.count > Self.headerLength + Self.nonceLength + Self.tagLength
        else { return nil }
        let header = Array(bytes.prefix(Self.headerLength))
        guard let key = keys[header.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }],
            let box = try? AES.GCM.SealedBox(combined: bytes.dropFirst(Self.headerLength)),
            let contents = try? AES.GCM.open(
                box, using: key.derived(for: context + header), authenticating: context + header)
        else { return nil }
        return Array(contents)
    }
}
