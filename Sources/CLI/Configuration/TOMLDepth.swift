extension TOMLScanner {
    /// How deep a value may stand: the parts of its table's name, of its key, and of the inline tables and arrays around it, all
    /// counted. Real files need five or six. The parser, its tables and the readers here recurse per level.
    static let maximumDepth = 16

    /// Walks over a document that has not been parsed yet.
    ///
    /// Up to the first mistake the walk agrees with the parser on what is a string, a comment or a key, and the parser reads nothing
    /// behind a mistake.
    ///
    /// - Returns: the line on which something stands deeper than `maximumDepth`, or `nil`.
    mutating func lineBeyondMaximumDepth() -> Int? {
        var table = 0
        // The depths at which the open brackets stand.
        var enclosing: [Int] = []
        var depth = 1
        var isStatementStart = true
        while let byte = current {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            case UInt8(ascii: "#"):
                skip { $0 != UInt8(ascii: "\n") }
                continue
            case UInt8(ascii: "\n"):
                if enclosing.isEmpty { (depth, isStatementStart) = (table + 1, true) }
            case UInt8(ascii: "[") where isStatementStart:
                advance(peek(1) == UInt8(ascii: "[") ? 2 : 1)
                table = headerDepth()
                depth = table
                isStatementStart = false
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                string()
                isStatementStart = false
                continue
            case UInt8(ascii: "."): depth += 1
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                enclosing.append(depth)
                depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = enclosing.popLast() ?? depth
            case UInt8(ascii: ","): depth = (enclosing.last ?? table) + 1
            default: isStatementStart = false
            }
            guard depth <= Self.maximumDepth else { return line }
            advance(1)
        }
        return nil
    }

    /// The number of parts between the brackets of a header; the cursor ends on the closing one.
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
