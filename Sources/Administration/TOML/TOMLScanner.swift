/// A scanner for the statements of a TOML document; detecting mistakes is left to the parser.
struct TOMLScanner {
    /// A table header, or a key with its value.
    struct Statement {
        enum Kind {
            /// `[a.b]`
            case table([String])
            /// `[[a.b]]`
            case element([String])
            /// `a.b = …`, and the line on which the value ends.
            case value([String], end: Int)
        }

        let kind: Kind
        /// Counted from 1.
        let line: Int
    }

    private let text: [UInt8]
    private var index = 0
    /// The line the cursor is on, counted from 1.
    private(set) var line = 1

    init(_ text: [UInt8]) {
        self.text = text
    }

    /// Returns the next statement, or `nil` at the end.
    mutating func next() -> Statement? {
        skipBlanksAndComments()
        guard let byte = current else { return nil }
        let start = line
        guard byte == "[" else {
            let keys = keyPath(until: "=")
            advance(1)
            value()
            return Statement(kind: .value(keys, end: line), line: start)
        }
        let isElement = peek(1) == "["
        advance(isElement ? 2 : 1)
        let keys = keyPath(until: "]")
        skip { $0 != "\n" }
        return Statement(kind: isElement ? .element(keys) : .table(keys), line: start)
    }

    private mutating func skipBlanksAndComments() {
        while let byte = current {
            switch byte {
            case " ", "\t", "\r", "\n": advance(1)
            case "#": skip { $0 != "\n" }
            default: return
            }
        }
    }

    /// The byte under the cursor, as a scalar; bytes above ASCII are not decoded.
    var current: Unicode.Scalar? { peek(0) }

    func peek(_ distance: Int) -> Unicode.Scalar? {
        index + distance < text.count ? Unicode.Scalar(text[index + distance]) : nil
    }

    mutating func advance(_ count: Int) {
        for _ in 0..<count where index < text.count {
            if current == "\n" { line += 1 }
            index += 1
        }
    }

    mutating func skip(while condition: (Unicode.Scalar) -> Bool) {
        while let byte = current, condition(byte) { advance(1) }
    }

    /// Reads bare and quoted keys, separated by dots.
    mutating func keyPath(until end: Unicode.Scalar) -> [String] {
        var keys: [String] = []
        var bare: [UInt8] = []
        while let byte = current, byte != end, byte != "\n" {
            switch byte {
            case "\"", "'":
                let start = index + 1
                string()
                bare = Array(text[start..<max(start, index - 1)])
            case ".":
                keys.append(String(decoding: bare, as: UTF8.self))
                bare = []
                advance(1)
            case " ", "\t": advance(1)
            default:
                bare.append(text[index])
                advance(1)
            }
        }
        return keys + [String(decoding: bare, as: UTF8.self)]
    }

    /// Skips a value: up to the end of the line that is not within a string, array or inline table.
    private mutating func value() {
        var depth = 0
        while let byte = current {
            switch byte {
            case "\"", "'": string()
            case "#": skip { $0 != "\n" }
            case "[", "{":
                depth += 1
                advance(1)
            case "]", "}":
                depth -= 1
                advance(1)
            case "\n" where depth <= 0: return
            default: advance(1)
            }
        }
    }

    /// Skips a string of any of the four kinds, from its first quote to after its last.
    mutating func string() {
        guard let quote = current else { return }
        let isLong = peek(1) == quote && peek(2) == quote
        advance(isLong ? 3 : 1)
        while let byte = current {
            if byte == "\\", quote == "\"" {
                advance(2)
            } else if byte == quote, !isLong {
                return advance(1)
            } else if byte == quote, peek(1) == quote, peek(2) == quote {
                // One or two further quotes belong to the text.
                skip { $0 == quote }
                return
            } else {
                advance(1)
            }
        }
    }
}
