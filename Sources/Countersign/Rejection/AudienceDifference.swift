/// The difference between an audience that was sent and an accepted one, by the parts of a URL (RFC 3986 §3).
struct AudienceDifference {
    /// The nearest accepted audience.
    let accepted: String
    /// The differences, as phrases.
    let parts: [String]
    private let weight: Int

    /// Finds the accepted audience that the client probably intended.
    ///
    /// - Returns: `nil` if it names another host, or cannot be compared.
    static func nearest(_ sent: String, among accepted: [String]) -> AudienceDifference? {
        let differences = accepted.compactMap { AudienceDifference(sent, $0) }
        return differences.min { $0.weight < $1.weight }
    }

    private init?(_ sent: String, _ accepted: String) {
        var parts: [String] = []
        var weight = 0
        func note(_ words: String, _ cost: Int = 1) {
            parts.append(words)
            weight += cost
        }
        let bare = Self.unwrapped(sent, note: { note($0) })
        if bare != accepted {
            guard let sent = URLParts(bare), let accepted = URLParts(accepted) else { return nil }
            Self.compare(sent, accepted, note: note)
            guard weight < Self.otherHost else { return nil }
        }
        guard !parts.isEmpty else { return nil }
        self.accepted = accepted
        self.parts = parts
        self.weight = weight
    }

    private static let otherHost = 100

    /// Removes accidental white space and quotation marks around the text.
    private static func unwrapped(_ text: String, note: (String) -> Void) -> String {
        var text = text.unicodeScalars[...]
        let length = text.count
        while let last = text.last, last.properties.isWhitespace { text.removeLast() }
        while let first = text.first, first.properties.isWhitespace { text.removeFirst() }
        if text.count < length { note("white space around it") }
        if text.count >= 2, let first = text.first, first == text.last, first == "\"" || first == "'" {
            text = text.dropFirst().dropLast()
            note("quotation marks that are part of the value")
        }
        return String(String.UnicodeScalarView(text))
    }

    private static func compare(_ sent: URLParts, _ accepted: URLParts, note: (String, Int) -> Void) {
        if sent.scheme != accepted.scheme {
            let isCase = sent.scheme.lowercased() == accepted.scheme
            note(
                isCase
                    ? "upper case in '\(sent.scheme)'" : "\(shortened(sent.scheme, to: 16)) is not \(accepted.scheme)",
                1)
        }
        if sent.host != accepted.host {
            if sent.host.lowercased() == accepted.host.lowercased() {
                note("the case of the letters in the host", 1)
            } else if loopback.contains(sent.host.lowercased()), loopback.contains(accepted.host) {
                note("\(sent.host) is not \(accepted.host)", 1)
            } else {
                note("another host", otherHost)
            }
        }
        if sent.port != accepted.port {
            switch (sent.port, accepted.port) {
            case (let sent?, let accepted?): note("port \(shortened(sent, to: 8)) is not \(accepted)", 1)
            case (nil, let accepted?): note("without the port \(accepted)", 1)
            case (let sent?, nil): note("with the port \(shortened(sent, to: 8))", 1)
            case (nil, nil): break
            }
        }
        guard sent.path != accepted.path else { return }
        if sent.path == accepted.path + "/" {
            note("with a / at its end", 1)
        } else if sent.path + "/" == accepted.path {
            note("without the / at its end", 1)
        } else if sent.path.lowercased() == accepted.path.lowercased() {
            note("the case of the letters in the path", 1)
        } else {
            note("another path", 3)
        }
    }

    private static let loopback = ["localhost", "127.0.0.1", "[::1]"]
}

/// The parts of a URL as text, without interpretation.
private struct URLParts {
    let scheme: String
    let host: String
    let port: String?
    /// The rest after the authority, including the query.
    let path: String

    init?(_ text: String) {
        guard let colon = text.firstRange(of: "://") else { return nil }
        scheme = String(text[..<colon.lowerBound])
        let rest = text[colon.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        path = String(rest[authority.endIndex...])
        let digits = authority.reversed().prefix { $0.isASCII && $0.isNumber }.count
        let host = authority.dropLast(digits)
        if digits > 0, host.last == ":" {
            self.host = String(host.dropLast())
            port = String(authority.suffix(digits))
        } else {
            self.host = String(authority)
            port = nil
        }
    }
}
