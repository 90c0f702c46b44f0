/// The format of the sealed contents, version 2: big-endian integers, and texts and bytes prefixed with their length in two bytes.
///
/// | bytes | contents |
/// |---|---|
/// | 1 | grant: 1 `client_credentials`, 2 `authorization_code`, 3 `refresh_token` |
/// | 8, 8 | issued at, expiry: milliseconds since 1970 |
/// | 2 + n | the thumbprint of the client's key; empty for public clients |
/// | 2 + n, 2 + n | client, scope |
/// | 1, each 2 + n | the number of audiences; the audiences |
/// | 2 + n, 2 + n | the person's `sub`, the grant's identifier; empty without a person |
///
/// Version 1 knew one grant and one audience: grant, times, the raw thumbprint, client, audience, scope.
extension OpaqueToken {
    /// - Returns: `nil` if a part exceeds the format's limits.
    func encoded() -> [UInt8]? {
        guard let count = UInt8(exactly: audiences.count) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(grant.number)
        bytes.append(bigEndian: issuedAt.milliseconds)
        bytes.append(bigEndian: expiry.milliseconds)
        var isWithinLimits = bytes.append(prefixed: keyThumbprint ?? [])
        for text in [client.text, scope.description] {
            isWithinLimits = bytes.append(prefixed: text.utf8) && isWithinLimits
        }
        bytes.append(count)
        for audience in audiences { isWithinLimits = bytes.append(prefixed: audience.utf8) && isWithinLimits }
        isWithinLimits = bytes.append(prefixed: (subject ?? "").utf8) && isWithinLimits
        isWithinLimits = bytes.append(prefixed: grantID ?? []) && isWithinLimits
        return isWithinLimits ? bytes : nil
    }

    /// - Returns: `nil` unless all bytes are in the format of this version.
    init?(id: [UInt8], decoding bytes: [UInt8], version: UInt8 = OpaqueTokenFormat.version) {
        var reader = ByteReader(bytes)
        guard let number = reader.integer(UInt8.self),
            let grant = GrantType.allCases.first(where: { $0.number == number }),
            let issuedAt = reader.integer(Int64.self), let expiry = reader.integer(Int64.self),
            let thumbprint = version == 1 ? reader.take(OpaqueTokenFormat.thumbprintLength) : reader.prefixed(),
            [0, OpaqueTokenFormat.thumbprintLength].contains(thumbprint.count), let client = reader.text(),
            let rest = version == 1 ? Rest(version1: &reader) : Rest(&reader), reader.isAtEnd
        else { return nil }
        let tokens = rest.scope.isEmpty ? [] : rest.scope.split(separator: " ", omittingEmptySubsequences: false)
        guard tokens.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(
            id: id, client: ClientID(client), keyThumbprint: thumbprint.isEmpty ? nil : Array(thumbprint),
            grant: grant, scope: Scope(tokens: tokens.map(String.init)), audiences: rest.audiences,
            subject: rest.subject, grantID: rest.grantID, issuedAt: UnixTime(milliseconds: issuedAt),
            expiry: UnixTime(milliseconds: expiry))
    }

    /// What follows the client.
    private struct Rest {
        let scope: String
        let audiences: [String]
        var subject: String?
        var grantID: [UInt8]?

        init?(version1 reader: inout ByteReader) {
            guard let audience = reader.text(), let scope = reader.text() else { return nil }
            self.scope = scope
            audiences = [audience]
        }

        init?(_ reader: inout ByteReader) {
            guard let scope = reader.text(), let count = reader.integer(UInt8.self) else { return nil }
            self.scope = scope
            var audiences: [String] = []
            for _ in 0..<count {
                guard let audience = reader.text() else { return nil }
                audiences.append(audience)
            }
            self.audiences = audiences
            guard let subject = reader.text(), let grantID = reader.prefixed(), subject.isEmpty == grantID.isEmpty
            else { return nil }
            guard !grantID.isEmpty else { return }
            guard grantID.count == AuthorizationGrantRecord.idLength else { return nil }
            self.subject = subject
            self.grantID = Array(grantID)
        }
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

    mutating func prefixed() -> ArraySlice<UInt8>? {
        integer(UInt16.self).flatMap { take(Int($0)) }
    }

    mutating func text() -> String? {
        prefixed().flatMap { String(validating: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    package mutating func append(bigEndian integer: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: integer.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends bytes after their length in two bytes.
    ///
    /// - Returns: whether the length fits.
    fileprivate mutating func append(prefixed bytes: some Collection<UInt8>) -> Bool {
        guard let length = UInt16(exactly: bytes.count) else { return false }
        append(bigEndian: length)
        append(contentsOf: bytes)
        return true
    }
}

extension GrantType {
    /// Part of the token format: must never change.
    fileprivate var number: UInt8 {
        switch self {
        case .clientCredentials: 1
        case .authorizationCode: 2
        case .refreshToken: 3
        }
    }
}
