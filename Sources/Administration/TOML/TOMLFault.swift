extension TOMLScanner {
    /// The maximum depth of a value: the parts of its table's name, its key, and the inline tables and arrays around it.
    /// Real files need five or six. The parser and the readers here recurse per level.
    static let maximumDepth = 16

    /// A fault that the parser must not see, since it would crash or recurse without limit.
    enum Fault: Equatable {
        /// A value is deeper than `maximumDepth`.
        case depth
        /// A table's header does not begin with a name, which the parser assumes.
        case header
        /// The text after a date is not the beginning of a time, which the parser assumes.
        case time
        /// A closing bracket does not match the opening one.
        case bracket
    }

    /// Scans a document that has not been parsed yet.
    ///
    /// Up to the first mistake, this scan and the parser agree on strings, comments and keys; the parser stops at a mistake.
    ///
    /// - Returns: the first fault, which is on the line of the cursor; `nil` if the document may be parsed.
    mutating func fault() -> Fault? {
        var table = 0
        // The open brackets and their depths.
        var enclosing: [(bracket: UInt8, depth: Int)] = []
        var depth = 1
        var isStatementStart = true
        // The last byte outside white space and comments; it shows where a value begins.
        var last: UInt8 = 0
        while let byte = current {
            if Self.isDigit(byte), Self.comesBeforeValue(last), isDateWithoutTime { return .time }
            if byte > UInt8(ascii: " "), byte != UInt8(ascii: "#") { last = byte }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                advance(1)
                continue
            case UInt8(ascii: "#"):
                skip { $0 != UInt8(ascii: "\n") }
                continue
            case UInt8(ascii: "\n"):
                if enclosing.isEmpty { (depth, isStatementStart) = (table + 1, true) }
                advance(1)
                continue
            case UInt8(ascii: "[") where isStatementStart:
                advance(peek(1) == UInt8(ascii: "[") ? 2 : 1)
                skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                guard current.map(Self.mayBeginHeader) ?? true else { return .header }
                table = headerDepth()
                depth = table
                isStatementStart = false
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                string()
                isStatementStart = false
                continue
            case UInt8(ascii: "."): depth += 1
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                enclosing.append((byte, depth))
                depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                // In ASCII the code of the closing bracket is that of the opening one plus two.
                guard let open = enclosing.popLast() else { break }
                guard byte == open.bracket + 2 else { return .bracket }
                depth = open.depth
            case UInt8(ascii: ","): depth = (enclosing.last?.depth ?? table) + 1
            default: isStatementStart = false
            }
            guard depth <= Self.maximumDepth else { return .depth }
            advance(1)
        }
        return nil
    }

    private static func isDigit(_ byte: UInt8?) -> Bool {
        byte.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }

    private static func comesBeforeValue(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: ",")
    }

    /// Whether a date such as `2026-11-25T` or `2026-11-25 1` follows without a complete hour.
    private var isDateWithoutTime: Bool {
        guard peek(4) == UInt8(ascii: "-"), peek(7) == UInt8(ascii: "-"),
            [1, 2, 3, 5, 6, 8, 9].allSatisfy({ Self.isDigit(peek($0)) })
        else { return false }
        let isHour = Self.isDigit(peek(11)) && Self.isDigit(peek(12)) && peek(13) == UInt8(ascii: ":")
        switch peek(10) {
        case UInt8(ascii: "T"), UInt8(ascii: "t"): return !isHour
        case UInt8(ascii: " "): return Self.isDigit(peek(11)) && !isHour
        default: return false
        }
    }

    /// Returns whether the byte begins a bare or quoted name, or ends a header without one.
    private static func mayBeginHeader(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "\""),
            UInt8(ascii: "'"), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    /// Counts the parts between the brackets of a header; the cursor ends on the closing one.
    private mutating func headerDepth() -> Int {
        var parts = 1
        while let byte = current, byte != UInt8(ascii: "]"), byte != UInt8(ascii: "\n"), parts <= Self.maximumDepth {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                string()
                continue
            case UInt8(ascii: "."): parts += 1
            default: break
            }
            advance(1)
        }
        return parts
    }
}
