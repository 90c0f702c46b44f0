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
        switch byte {
        case UInt8(ascii: "["):
            let isElement = peek(1) == UInt8(ascii: "[")
            advance(isElement ? 2 : 1)
            let keys = keyPath(until: UInt8(ascii: "]"))
            skip { $0 != UInt8(ascii: "\n") }
            return Statement(kind: isElement ? .element(keys) : .table(keys), line: start)
        default:
            let keys = keyPath(until: UInt8(ascii: "="))
            advance(1)
            value()
            return Statement(kind: .value(keys, end: line), line: start)
        }
    }

    private mutating func skipBlanksAndComments() {
        while let byte = current {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance(1)
            case UInt8(ascii: "#"): skip { $0 != UInt8(ascii: "\n") }
            default: return
            }
        }
    }

    /// The byte under the cursor.
    var current: UInt8? { peek(0) }

    func peek(_ distance: Int) -> UInt8? {
        index + distance < text.count ? text[index + distance] : nil
    }

    mutating func advance(_ count: Int) {
        for _ in 0..<count where index < text.count {
            if text[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
    }

    mutating func skip(while condition: (UInt8) -> Bool) {
        while let byte = current, condition(byte) { advance(1) }
    }

    /// Reads bare and quoted keys, separated by dots.
    private mutating func keyPath(until end: UInt8) -> [String] {
        var keys: [String] = []
        var bare: [UInt8] = []
        while let byte = current, byte != end, byte != UInt8(ascii: "\n") {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let start = index + 1
                string()
                bare = Array(text[start..<max(start, index - 1)])
            case UInt8(ascii: "."):
                keys.append(String(decoding: bare, as: UTF8.self))
                bare = []
                advance(1)
            case UInt8(ascii: " "), UInt8(ascii: "\t"): advance(1)
            default:
                bare.append(byte)
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
            case UInt8(ascii: "\""), UInt8(ascii: "'"): string()
            case UInt8(ascii: "#"): skip { $0 != UInt8(ascii: "\n") }
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                advance(1)
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                advance(1)
            case UInt8(ascii: "\n") where depth <= 0: return
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
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
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
