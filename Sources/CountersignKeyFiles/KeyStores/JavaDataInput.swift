/// A reader of the output of Java's `DataOutputStream`. Every length is checked against the remaining bytes before it is used.
struct JavaDataInput {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// The index of the next byte.
    var position: Int { rest.startIndex }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next bytes, without copying them.
    mutating func bytes(_ count: Int) throws(KeyFileError.Reason) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .damagedJKS("it is cut short or altered") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Four bytes, big-endian.
    mutating func uint32() throws(KeyFileError.Reason) -> UInt32 {
        try bytes(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A string written by `writeUTF`: two bytes of length, then modified UTF-8.
    mutating func string() throws(KeyFileError.Reason) -> String {
        let length = try bytes(2).reduce(0) { $0 << 8 | Int($1) }
        guard let text = ModifiedUTF8.decode(try bytes(length)) else {
            throw .damagedJKS("one of its names is not valid text")
        }
        return text
    }
}

extension KeyFileError.Reason {
    static func damagedJKS(_ detail: String) -> KeyFileError.Reason { .damaged(.keyStore(.jks), detail: detail) }
}

/// Java's encoding of text in files: each UTF-16 code unit in one to three bytes, and zero in two.
enum ModifiedUTF8 {
    /// - Returns: `nil` for bytes that Java does not write, and for unpaired surrogates, which `String` cannot represent.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var units: [UInt16] = []
        var rest = bytes
        while let first = rest.popFirst() {
            switch first {
            case 0x01...0x7F:
                units.append(UInt16(first))
            case 0xC0...0xDF:
                guard let low = continuation(&rest) else { return nil }
                let unit = UInt16(first & 0x1F) << 6 | low
                guard unit >= 0x80 || unit == 0 else { return nil }
                units.append(unit)
            case 0xE0...0xEF:
                guard let middle = continuation(&rest), let low = continuation(&rest) else { return nil }
                let unit = UInt16(first & 0x0F) << 12 | middle << 6 | low
                guard unit >= 0x800 else { return nil }
                units.append(unit)
            default:
                return nil
            }
        }
        return String(validating: units, as: UTF16.self)
    }

    private static func continuation(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
        guard let byte = rest.popFirst(), byte & 0xC0 == 0x80 else { return nil }
        return UInt16(byte & 0x3F)
    }
}
