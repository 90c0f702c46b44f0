/// A set of ASCII characters.
struct ASCIISet: Equatable, Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ bytes: some Sequence<UInt8> = []) {
        for byte in bytes { insert(byte) }
    }

    /// The printable characters, which `.` matches when it is repeated.
    static let printable = ASCIISet(0x21...0x7E)
    /// What ends a host, or begins one after a user name.
    static let separators = ASCIISet("/?#@:\\".utf8)

    mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
    }

    func contains(_ byte: UInt8) -> Bool {
        byte < 128 && (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte - 64)) & 1 == 1
    }

    func subtracting(_ other: ASCIISet) -> ASCIISet {
        var result = self
        result.low &= ~other.low
        result.high &= ~other.high
        return result
    }

    func intersects(_ other: ASCIISet) -> Bool { low & other.low != 0 || high & other.high != 0 }
}
