/// Text that other people chose, as it is shown in a page: of bounded length, on one line, and without characters that reorder or hide the
/// text around it.
package enum ShownText {
    /// The limit for an address: its host is never cut, because the domain to which a host belongs is its end. A host has at most 253
    /// characters (RFC 1035 §2.3.4).
    static let addressLimit = 300

    /// - Parameters:
    ///   - limit: in Unicode scalars, because one character can have any number of them.
    ///   - room: in bytes of HTML, for texts of which a page has many.
    package static func of(_ text: String, limit: Int = 100, room: Int = .max) -> String {
        var shown = String.UnicodeScalarView()
        var (count, length) = (0, 0)
        for scalar in text.unicodeScalars {
            length += htmlLength(String(scalar))
            guard count < limit, length <= room else {
                shown.append("…")
                break
            }
            shown.append(isInvisible(scalar) ? "\u{FFFD}" : scalar.properties.isWhitespace ? " " : scalar)
            count += 1
        }
        return String(shown)
    }

    /// The length of a text in HTML, in bytes: some characters become entities.
    package static func htmlLength(_ text: String) -> Int {
        text.utf8.reduce(0) { $0 + (entities.contains($1) ? 6 : 1) }
    }

    private static let entities = Array("&<>\"'".utf8)

    /// Control characters, and format characters except the joiners that some scripts and emoji need.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: !scalar.properties.isWhitespace
        case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
        case .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

/// A web address that people may follow.
enum WebLink {
    /// - Returns: the address and how it is shown, or `nil` if it is not `https` or `http` or is longer than a page should show.
    static func context(_ url: String?) -> [String: Any]? {
        guard let url, url.utf8.count <= 2000 else { return nil }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "https" || scheme == "http", url.dropFirst(scheme.count).hasPrefix("://") else { return nil }
        let text = scheme == "https" ? String(url.dropFirst("https://".count)) : url
        let shown = ShownText.of(text.hasSuffix("/") ? String(text.dropLast()) : text, limit: ShownText.addressLimit)
        return ["url": url, "text": shown]
    }
}
