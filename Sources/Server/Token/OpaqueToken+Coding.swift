import Countersign
import Store

/// The form of what is sealed: numbers big-endian, the thumbprint as it is, texts after their length in two bytes.
///
/// | bytes | what |
/// |---|---|
/// | 1 | grant: 1 `client_credentials` |
/// | 8, 8 | issued at, expiry: milliseconds since 1970 |
/// | 32 | the thumbprint of the client's key |
/// | 2 + n, 2 + n, 2 + n | client, audience, scope |
extension OpaqueToken {
    /// - Returns: `nil` where a part does not fit into the form.
    func encoded() -> [UInt8]? {
        guard keyThumbprint.count == OpaqueTokenForm.thumbprintLength else { return nil }
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

    /// - Returns: `nil` where the bytes are not of the form, to the last.
    init?(id: [UInt8], decoding bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let number = reader.byte(), let grant = GrantType(number: number),
            let issuedAt = reader.integer(Int64.self), let expiry = reader.integer(Int64.self),
            let thumbprint = reader.take(OpaqueTokenForm.thumbprintLength),
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

/// Reads bytes from the front; what is not there is `nil`.
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

    mutating func byte() -> UInt8? { rest.popFirst() }

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
    /// Stands in tokens, so it never changes.
    fileprivate var number: UInt8 {
        switch self {
        case .clientCredentials: 1
        }
    }

    fileprivate init?(number: UInt8) {
        guard let grant = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = grant
    }
}
