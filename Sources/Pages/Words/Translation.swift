/// The texts of the pages in one language.
struct Translation: Sendable {
    /// A language tag (BCP 47), such as `de`.
    let language: String
    let texts: [String: String]

    /// A text by its key; a missing one is visible as `⟦key⟧`.
    subscript(key: String) -> String { texts[key] ?? "⟦\(key)⟧" }

    /// Returns a text with its placeholders, such as `{host}`, replaced.
    func text(_ key: String, _ values: [String: String] = [:]) -> String {
        Placeholders.pieces(of: self[key]).map { piece in
            switch piece {
            case .text(let text): text
            case .placeholder(let name): values[name] ?? ""
            }
        }.joined()
    }

    /// Returns the form of a text for a number: `key_one` for 1, else `key_other`, with the placeholder `{n}` replaced.
    func count(_ key: String, _ number: Int64) -> String {
        text(number == 1 ? "\(key)_one" : "\(key)_other", ["n": String(number)])
    }

    /// Returns a text as parts of a sentence, in which the placeholders are marked up.
    func sentence(_ key: String, _ values: [String: [Part]] = [:]) -> [[String: Any]] {
        Placeholders.pieces(of: self[key]).flatMap { piece -> [Part] in
            switch piece {
            case .text(let text): [.text(text)]
            case .placeholder(let name): values[name] ?? []
            }
        }.map(\.context)
    }

    /// The most parts of a line; the others are counted.
    private static let lineLimit = 10

    /// Returns parts with commas between them.
    func line(_ parts: [Part]) -> [[String: Any]] {
        let others = parts.count - Self.lineLimit
        let shown =
            parts.prefix(Self.lineLimit) + (others > 0 ? [.text(text("and_others", ["n": String(others)]))] : [])
        return shown.enumerated().flatMap { $0 == 0 ? [$1] : [.text(", "), $1] }.map(\.context)
    }
}

/// A part of a sentence, as the template `part` renders it.
enum Part: Sendable, Equatable {
    case text(String)
    /// A name that somebody else chose: it is set apart, so that its writing direction cannot change the sentence.
    case name(String)
    /// What programs compare: an identifier, an address.
    case code(String)
    case link(path: String, text: String)
    case time(datetime: String, text: String)

    var context: [String: Any] {
        switch self {
        case .text(let text): ["text": text]
        case .name(let name): ["name": ShownText.of(name)]
        case .code(let code): ["code": ShownText.of(code)]
        case .link(let path, let text): ["link": ["path": path, "text": text]]
        case .time(let datetime, let text): ["time": ["datetime": datetime, "text": text]]
        }
    }
}

/// Placeholders in texts, such as `{client}`.
enum Placeholders {
    enum Piece: Equatable {
        case text(String)
        case placeholder(String)
    }

    static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
            if start > rest.startIndex { pieces.append(.text(String(rest[..<start]))) }
            pieces.append(.placeholder(String(rest[rest.index(after: start)..<end])))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }

    static func names(in text: String) -> Set<String> {
        Set(
            pieces(of: text).compactMap { piece in
                if case .placeholder(let name) = piece { name } else { nil }
            })
    }
}
