/// The value of an attribute in a name (X.680 §41, RFC 5280 §4.1.2.4), of any string type.
struct DirectoryString: Equatable {
    private static let maximumLength = 256

    /// The text, truncated.
    private let text: String
    /// Whether the text is `#` and the hexadecimal digits of an element that is not a string (RFC 4514 §2.4).
    private let isEncoding: Bool

    init(_ element: DERElement) {
        let scalars: [Unicode.Scalar]? =
            switch element.tag.rawValue {
            // UTF8String, NumericString, PrintableString, T61String, IA5String, VisibleString: encoders ignore their character
            // sets. Bytes that are not UTF-8 are read as Latin-1.
            case 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A: Self.bytes(element.content)
            case 0x1E:
                Self.units(element.content, UInt16.self).map {
                    Array(String(decoding: $0, as: UTF16.self).unicodeScalars)
                }
            case 0x1C: Self.units(element.content, UInt32.self).map { $0.map { Unicode.Scalar($0) ?? "\u{FFFD}" } }
            default: nil
            }
        isEncoding = scalars == nil
        let all = scalars ?? Array("#\(Self.digits(element.encoding))".unicodeScalars)
        let kept = all.prefix(Self.maximumLength)
        text = String(String.UnicodeScalarView(kept)) + (kept.count < all.count ? "…" : "")
    }

    /// The text in the form of RFC 4514 §2.4, with invisible characters escaped.
    var escaped: String {
        if isEncoding { return text }
        let scalars = Array(text.unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            let isFirst = index == 0
            let isLast = index == scalars.count - 1
            switch scalar {
            case ",", "+", "\"", "\\", "<", ">", ";": result += "\\\(scalar)"
            case " " where isFirst || isLast, "#" where isFirst: result += "\\\(scalar)"
            case _ where Self.isInvisible(scalar):
                result += Array(String(scalar).utf8).map { "\\" + Self.digits([$0]) }.joined()
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func bytes(_ content: ArraySlice<UInt8>) -> [Unicode.Scalar] {
        if let text = String(validating: content, as: UTF8.self) { return Array(text.unicodeScalars) }
        return content.map { Unicode.Scalar($0) }
    }

    /// Big-endian code units, up to the displayed length; `nil` if the bytes are not a multiple of the unit's size.
    private static func units<Unit: FixedWidthInteger>(_ content: ArraySlice<UInt8>, _: Unit.Type) -> [Unit]? {
        let size = Unit.bitWidth / 8
        guard content.count.isMultiple(of: size) else { return nil }
        let shown = Array(content.prefix(2 * (maximumLength + 1) * size))
        return stride(from: 0, to: shown.count, by: size).map { start in
            shown[start..<start + size].reduce(0) { $0 << 8 | Unit($1) }
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }

    private static func digits(_ bytes: some Sequence<UInt8>) -> String {
        Hexadecimal.encode(bytes.prefix(maximumLength))
    }
}
