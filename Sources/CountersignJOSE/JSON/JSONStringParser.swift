/// A parser for the rest of a JSON string (RFC 8259 §7), after its opening quotation mark.
enum JSONStringParser {
    /// - Returns: the string and the position after its closing quotation mark.
    static func parse(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int
    ) throws(JSONError) -> (String, end: Int) {
        var position = start
        var isASCII = true
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "\"") {
                let plain = text[start..<position]
                if isASCII { return (String(decoding: plain, as: UTF8.self), position + 1) }
                guard let string = String(validating: plain, as: UTF8.self) else {
                    throw JSONError(.invalidString, at: start)
                }
                return (string, position + 1)
            }
            if byte == UInt8(ascii: "\\") { return try parseEscaped(text, from: start, to: position) }
            guard byte >= 0x20 else { throw JSONError(.invalidString, at: position) }
            if byte >= 0x80 { isASCII = false }
            position += 1
        }
        throw JSONError(.unexpectedEnd, at: position)
    }

    /// Parses a string with escapes, the slow path; `first` is the position of the first escape.
    private static func parseEscaped(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int, to first: Int
    ) throws(JSONError) -> (String, end: Int) {
        var bytes = Array(text[start..<first])
        var position = first
        while position < text.count {
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: bytes, as: UTF8.self) else {
                    throw JSONError(.invalidString, at: start)
                }
                return (string, position)
            case UInt8(ascii: "\\"):
                let scalar = try escape(text, &position)
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            case 0..<0x20: throw JSONError(.invalidString, at: position - 1)
            default: bytes.append(byte)
            }
        }
        throw JSONError(.unexpectedEnd, at: position)
    }

    private static func escape(
        _ text: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) throws(JSONError) -> Unicode.Scalar {
        guard position < text.count else { throw JSONError(.unexpectedEnd, at: position) }
        let byte = text[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(text, &position)
        default: throw JSONError(.invalidString, at: position - 1)
        }
    }

    /// Parses `\uXXXX` or a surrogate pair; refuses an unpaired surrogate.
    private static func unicodeEscape(
        _ text: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) throws(JSONError) -> Unicode.Scalar {
        let start = position
        let unit = try codeUnit(text, &position)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard (0xD800..<0xDC00).contains(unit), position + 1 < text.count, text[position] == UInt8(ascii: "\\"),
            text[position + 1] == UInt8(ascii: "u")
        else { throw JSONError(.invalidString, at: start) }
        position += 2
        let low = try codeUnit(text, &position)
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        else { throw JSONError(.invalidString, at: start) }
        return scalar
    }

    private static func codeUnit(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws(JSONError) -> UInt16
    {
        guard position + 4 <= text.count else { throw JSONError(.unexpectedEnd, at: text.count) }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Hexadecimal.value(of: text[position]) else {
                throw JSONError(.invalidString, at: position)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
