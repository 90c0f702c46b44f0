import NIOCore

/// An IPv4 or IPv6 address, as a number.
package enum IPAddress: Sendable, Hashable {
    /// Four bytes, big-endian.
    case v4(UInt32)
    /// Sixteen bytes, big-endian.
    case v6(UInt128)

    /// Parses an address: four decimal numbers without leading zeros (the strict form of RFC 6943 §3.1.1), or RFC 4291 §2.2 without a zone
    /// and without brackets.
    ///
    /// Other forms that C libraries accept, such as `127.1`, `0x7f.0.0.1`, `017.0.0.1` or `2130706433`, are not addresses here.
    package init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            let isPlain = text.utf8.allSatisfy {
                Hexadecimal.value(of: $0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
            guard isPlain, let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
            self.init(address)
        } else {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            let bytes = parts.compactMap { UInt8(decimal: $0) }
            guard parts.count == 4, bytes.count == 4 else { return nil }
            self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        }
    }

    /// The address of a socket; `nil` for a socket in the file system.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address):
            self = .v4(UInt32(bigEndian: address.address.sin_addr.s_addr))
        case .v6(let address):
            self = withUnsafeBytes(of: address.address.sin6_addr) { bytes in
                .v6(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
            }
        case .unixDomainSocket:
            return nil
        }
    }

    /// The address in its canonical notation.
    package var text: String {
        switch self {
        case .v4(let number):
            return stride(from: 24, through: 0, by: -8).map { String(number >> $0 & 0xFF) }.joined(separator: ".")
        case .v6(let number):
            return Self.text(number)
        }
    }

    /// Four or sixteen bytes, big-endian.
    var bytes: [UInt8] {
        switch self {
        case .v4(let number): withUnsafeBytes(of: number.bigEndian) { Array($0) }
        case .v6(let number): withUnsafeBytes(of: number.bigEndian) { Array($0) }
        }
    }

    /// RFC 5952 §4: lower case, no leading zeros, the longest run of zero fields left out.
    private static func text(_ number: UInt128) -> String {
        let fields = stride(from: 112, through: 0, by: -16).map { UInt16(truncatingIfNeeded: number >> $0) }
        var longest = 0..<0
        var start = 0
        while start < fields.count {
            let run = fields[start...].prefix { $0 == 0 }
            if run.count > 1, run.count > longest.count { longest = run.startIndex..<run.endIndex }
            start += max(run.count, 1)
        }
        func hex(_ fields: some Sequence<UInt16>) -> String {
            fields.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !longest.isEmpty else { return hex(fields) }
        return hex(fields[..<longest.lowerBound]) + "::" + hex(fields[longest.upperBound...])
    }
}

extension UInt8 {
    /// Parses a decimal number without a sign and without leading zeros.
    init?(decimal digits: Substring) {
        guard let number = UInt8(digits), String(number) == digits else { return nil }
        self = number
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String { text }
}
