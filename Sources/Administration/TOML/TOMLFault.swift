extension TOMLScanner {
    /// The maximum depth of a value: the parts of its table's name, its key, and the inline tables and arrays around it.
    /// Real files need five or six. The parser and the readers here recurse per level.
    static let maximumDepth = 16

    /// A fault that the parser must not see, since it would crash or recurse without limit.
    enum Fault: String {
        /// A value is deeper than `maximumDepth`.
        case depth = "more than 16 levels of tables, keys or lists"
        /// The parser assumes that a header begins with a name.
        case header = "not valid TOML: a table's name is missing between its brackets"
        /// The parser assumes that a time follows.
        case time = "not valid TOML: what follows a date is not a time"
        case bracket = "not valid TOML: a closing bracket is of another kind"
    }

    /// Scans a document that has not been parsed yet.
    ///
    /// Up to the first mistake, this scan and the parser agree on strings, comments and keys; the parser stops at a mistake.
    ///
    /// - Returns: the first fault, which is on the line of the cursor; `nil` if the document may be parsed.
    mutating func firstFault() -> Fault? {
        var table = 0
        // The open brackets and their depths.
        var enclosing: [(bracket: Unicode.Scalar, depth: Int)] = []
        var depth = 1
        var isStatementStart = true
        // The last byte outside white space and comments; it shows where a value begins.
        var last: Unicode.Scalar = " "
        while let byte = current {
            if Self.isDigit(byte), ["=", "[", ","].contains(last), isDateWithoutTime { return .time }
            if byte > " ", byte != "#" { last = byte }
            switch byte {
            case " ", "\t", "\r":
                advance(1)
                continue
            case "#":
                skip { $0 != "\n" }
                continue
            case "\n":
                if enclosing.isEmpty { (depth, isStatementStart) = (table + 1, true) }
                advance(1)
                continue
            case "[" where isStatementStart:
                advance(peek(1) == "[" ? 2 : 1)
                skip { $0 == " " || $0 == "\t" }
                guard current.map(Self.mayBeginHeader) ?? true else { return .header }
                table = keyPath(until: "]").count
                depth = table
                isStatementStart = false
            case "\"", "'":
                string()
                isStatementStart = false
                continue
            case ".": depth += 1
            case "[", "{":
                enclosing.append((byte, depth))
                depth += 1
            case "]", "}":
                // In ASCII the code of the closing bracket is that of the opening one plus two.
                guard let open = enclosing.popLast() else { break }
                guard byte.value == open.bracket.value + 2 else { return .bracket }
                depth = open.depth
            case ",": depth = (enclosing.last?.depth ?? table) + 1
            default: isStatementStart = false
            }
            guard depth <= Self.maximumDepth else { return .depth }
            advance(1)
        }
        return nil
    }

    private static func isDigit(_ byte: Unicode.Scalar?) -> Bool {
        if case "0"..."9" = byte ?? " " { true } else { false }
    }

    /// Whether a date such as `2026-11-25T` or `2026-11-25 1` follows without a complete hour.
    private var isDateWithoutTime: Bool {
        guard peek(4) == "-", peek(7) == "-", [1, 2, 3, 5, 6, 8, 9].allSatisfy({ Self.isDigit(peek($0)) }) else {
            return false
        }
        let isHour = Self.isDigit(peek(11)) && Self.isDigit(peek(12)) && peek(13) == ":"
        switch peek(10) {
        case "T", "t": return !isHour
        case " ": return Self.isDigit(peek(11)) && !isHour
        default: return false
        }
    }

    /// Returns whether the byte begins a bare or quoted name, or ends a header without one.
    private static func mayBeginHeader(_ byte: Unicode.Scalar) -> Bool {
        switch byte {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", "\"", "'", "]": true
        default: false
        }
    }
}
