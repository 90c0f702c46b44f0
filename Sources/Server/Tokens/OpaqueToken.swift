/// The contents of an opaque access token.
package struct OpaqueToken: Sendable, Equatable {
    /// 16 random bytes.
    package let id: [UInt8]
    package let client: ClientID
    /// The RFC 7638 thumbprint of the key that verified the client's assertion: 32 bytes, SHA-256.
    package let keyThumbprint: [UInt8]
    package let grant: GrantType
    package let scope: Scope
    /// `aud`.
    package let audience: String
    package let issuedAt: UnixTime
    /// From this time on the token cannot be opened.
    package let expiry: UnixTime
}

/// A reason why an opaque token cannot be opened.
package enum OpaqueTokenFault: Error, Sendable, Equatable {
    /// Not in the token's format: another prefix, version or length, or base64url that is not strict.
    case malformed
    /// The key is unknown: it was removed after its last token had expired, or belongs to another server.
    case unknownKey
    /// Not sealed by this issuer as a token of this kind, or modified since.
    case notAuthentic
    case expired
}

/// The format of the sealed contents: big-endian integers, the raw thumbprint, and texts prefixed with their length in two bytes.
///
/// | bytes | contents |
/// |---|---|
/// | 1 | grant: 1 `client_credentials` |
/// | 8, 8 | issued at, expiry: milliseconds since 1970 |
/// | 32 | the thumbprint of the client's key |
/// | 2 + n, 2 + n, 2 + n | client, audience, scope |
extension OpaqueToken {
    /// - Returns: `nil` if a part exceeds the format's limits.
    func encoded() -> [UInt8]? {
        guard keyThumbprint.count == OpaqueTokenFormat.thumbprintLength else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(grant.number)
        bytes.append(bigEndian: issuedAt.milliseconds)
        bytes.append(bigEndian: expiry.milliseconds)
        bytes.append(contentsOf: keyThumbprint)
        for text in [client.text, audience, scope.description] {
            guard let length = UInt16(exactly: text.utf8.count) else { return nil }
            bytes.append(bigEndian: length)
            bytes.append(contentsOf: text.utf8)
        }
        return bytes
    }

    /// - Returns: `nil` unless all bytes are in the format.
    init?(id: [UInt8], decoding bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let number = reader.integer(UInt8.self),
            let grant = GrantType.allCases.first(where: { $0.number == number }),
            let issuedAt = reader.integer(Int64.self), let expiry = reader.integer(Int64.self),
            let thumbprint = reader.take(OpaqueTokenFormat.thumbprintLength),
            let client = reader.text(), let audience = reader.text(), let scope = reader.text(), reader.isAtEnd
        else { return nil }
        let tokens = scope.isEmpty ? [] : scope.split(separator: " ", omittingEmptySubsequences: false)
        guard tokens.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.id = id
        self.client = ClientID(client)
        keyThumbprint = Array(thumbprint)
        self.grant = grant
        self.scope = Scope(tokens: tokens.map(String.init))
        self.audience = audience
        self.issuedAt = UnixTime(milliseconds: issuedAt)
        self.expiry = UnixTime(milliseconds: expiry)
    }
}

/// A reader of bytes from the front; `nil` means that too few are left.
private struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? {
        take(Integer.bitWidth / 8)?.reduce(0) { $0 << 8 | Integer($1) }
    }

    mutating func text() -> String? {
        integer(UInt16.self).flatMap { take(Int($0)) }.flatMap { String(validating: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    mutating func append(bigEndian integer: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: integer.bigEndian) { append(contentsOf: $0) }
    }
}

extension GrantType {
    /// Part of the token format: must never change.
    fileprivate var number: UInt8 {
        switch self {
        case .clientCredentials: 1
        }
    }
}
