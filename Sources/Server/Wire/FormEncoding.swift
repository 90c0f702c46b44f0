/// The character set of a form, from its `Content-Type`.
package enum FormEncoding: Sendable, Equatable {
    case utf8
    case ascii
    case latin1

    /// Parses `application/x-www-form-urlencoded` with at most a `charset` parameter, in any case and spacing (RFC 9110 §8.3.1).
    ///
    /// - Returns: `nil` for any other media type, parameter or character set.
    package init?(contentType: String) {
        if contentType == Self.mediaType {
            self = .utf8
            return
        }
        guard contentType.utf8.count <= 256 else { return nil }
        let parts = contentType.lowercased().split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
        guard parts[0] == Self.mediaType, parts.count <= 2 else { return nil }
        guard let parameter = parts.dropFirst().first, !parameter.isEmpty else {
            self = .utf8
            return
        }
        let sides = parameter.split(separator: "=", omittingEmptySubsequences: false).map(Self.trimmed)
        guard sides.count == 2, sides[0] == "charset" else { return nil }
        // RFC 9110 §5.6.4: a parameter's value may be quoted.
        switch sides[1] {
        case "utf-8", "\"utf-8\"": self = .utf8
        case "us-ascii", "\"us-ascii\"": self = .ascii
        case "iso-8859-1", "\"iso-8859-1\"": self = .latin1
        default: return nil
        }
    }

    private static let mediaType = "application/x-www-form-urlencoded"

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }
}
