/// A text normalised to ASCII: JSON escapes are decoded at any nesting of strings, every line end is LF, every other blank a space, and a
/// typographic dash two hyphens.
///
/// It is only for recognising what a person would recognise; no key is parsed from it.
package struct NormalisedText: Sendable {
    package let bytes: [UInt8]

    package init(_ text: [UInt8]) {
        var folded: [UInt8] = []
        folded.reserveCapacity(text.count)
        var isEscaped = false
        var scalars = String(decoding: text, as: UTF8.self).unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            if scalar == "\\" {
                isEscaped = true
                continue
            }
            if isEscaped {
                isEscaped = false
                switch scalar {
                case "n", "r", "t", "b", "f":
                    folded.append(scalar == "n" || scalar == "r" ? 0x0A : 0x20)
                    continue
                case "u":
                    if let escaped = Self.scalar(scalars.prefix(4)) {
                        scalars = scalars.dropFirst(4)
                        // The backslash of another escape.
                        if escaped == "\\" { isEscaped = true } else { Self.append(escaped, to: &folded) }
                        continue
                    }
                default: break
                }
            }
            Self.append(scalar, to: &folded)
        }
        bytes = folded
    }

    private static func scalar(_ digits: Substring.UnicodeScalarView) -> Unicode.Scalar? {
        guard digits.count == 4, digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
        return UInt32(String(digits), radix: 16).map { Unicode.Scalar($0) ?? "\u{FFFD}" }
    }

    private static func append(_ scalar: Unicode.Scalar, to folded: inout [UInt8]) {
        switch scalar.value {
        case 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: folded.append(0x0A)
        case 0x21...0x7E: folded.append(UInt8(scalar.value))
        // Bytes that are not UTF-8 may be a dash or a blank in another encoding.
        case 0x00...0x20, 0x7F...0xA0, 0xFFFD: folded.append(0x20)
        default:
            switch scalar.properties.generalCategory {
            case .dashPunctuation: folded += [0x2D, 0x2D]
            // A minus sign, and box-drawing lines.
            case .mathSymbol where scalar.value == 0x2212, .otherSymbol where (0x2500...0x2501).contains(scalar.value):
                folded += [0x2D, 0x2D]
            case .spaceSeparator: folded.append(0x20)
            // Zero-width spaces, soft hyphens, byte order marks.
            case .format, .nonspacingMark, .enclosingMark: break
            default: folded.append(UInt8(ascii: "?"))
            }
        }
    }
}
