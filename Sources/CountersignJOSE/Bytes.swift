#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension UnsafeBufferPointer<UInt8> {
    /// Finds a byte with the C library's vectorized `memchr`: most of a request is an assertion, and the search for the separator after it
    /// dominates parsing.
    ///
    /// - Parameters:
    ///   - start: where to begin; at most the count.
    ///   - end: where to stop.
    /// - Returns: the index of the first match in that range.
    package func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int? {
        guard start < end, let base = baseAddress else { return nil }
        guard let found = memchr(base + start, Int32(byte), end - start) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}

/// Hexadecimal digits in ASCII, of either case.
package enum Hexadecimal {
    /// Decodes pairs of digits.
    ///
    /// - Returns: `nil` for other characters and for an odd number of digits.
    package static func decode(_ digits: [UInt8]) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(of: digits[index]), let low = value(of: digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// Encodes bytes as lowercase digits.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Returns the value of a digit; `nil` for other characters.
    package static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// A byte order mark, which some editors and shells write before text (Unicode Standard §23.8).
package enum ByteOrderMark {
    /// Returns the length of a UTF-8 mark at the beginning of a text: 3 or 0 bytes.
    package static func length(in text: [UInt8]) -> Int {
        text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Returns whether a text is UTF-16, recognised by its mark or by zeros in every second byte.
    ///
    /// PowerShell writes UTF-16 when output is redirected to a file.
    package static func isUTF16(_ text: [UInt8]) -> Bool {
        if text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF]) { return true }
        guard text.count >= 4 else { return false }
        // DER and key stores begin with bytes that are not ASCII, or with the tag of a SEQUENCE.
        let isASCII: (UInt8) -> Bool = { (0x20..<0x7F).contains($0) || (0x09...0x0D).contains($0) }
        return (isASCII(text[0]) && text[1] == 0 && isASCII(text[2]) && text[3] == 0)
            || (text[0] == 0 && isASCII(text[1]) && text[2] == 0 && isASCII(text[3]))
    }
}

/// Unpredictable bytes from the operating system's generator.
package enum RandomBytes {
    /// Returns random bytes.
    ///
    /// - Parameter count: at most 256.
    package static func make(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // One system call; the standard library's generator makes one for every eight bytes.
            if getentropy(buffer.baseAddress, count) != 0 {
                var generator = SystemRandomNumberGenerator()
                for index in 0..<count {
                    buffer.initializeElement(at: index, to: .random(in: .min ... .max, using: &generator))
                }
            }
            initialized = count
        }
    }
}

extension Substring.UTF8View {
    /// Returns whether two texts are equal, ignoring the case of ASCII letters.
    package func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for (index, byte) in enumerated() where byte != text[index] {
                guard Self.lowercased(byte) == Self.lowercased(text[index]) else { return false }
            }
            return true
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
