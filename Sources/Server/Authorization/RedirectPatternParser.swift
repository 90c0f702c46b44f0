/// A parsed pattern.
indirect enum RedirectPatternNode {
    /// One of several characters.
    case set(ASCIISet)
    case literal(UInt8)
    case sequence([RedirectPatternNode])
    case choice([RedirectPatternNode])
    case optional(RedirectPatternNode)
    /// Any number of times.
    case many(RedirectPatternNode)
}

/// The parser of the subset of regular expressions that `RedirectPattern` describes.
struct RedirectPatternParser {
    private static let maximumDepth = 16

    private var rest: ArraySlice<UInt8>
    private var depth = 0

    init(_ source: String) {
        rest = Array(source.utf8)[...]
    }

    mutating func parse() throws(RedirectPattern.Fault) -> RedirectPatternNode {
        // The whole URI is matched in any case.
        if rest.first == UInt8(ascii: "^") { rest.removeFirst() }
        if rest.last == UInt8(ascii: "$"), rest.dropLast().last != UInt8(ascii: "\\") { rest.removeLast() }
        let node = try choice()
        guard rest.isEmpty else { throw .init(phrase: "its pattern closes a group that it does not open") }
        return node
    }

    private mutating func choice() throws(RedirectPattern.Fault) -> RedirectPatternNode {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(RedirectPattern.Fault) -> RedirectPatternNode {
        var nodes: [RedirectPatternNode] = []
        while let byte = rest.first, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            nodes.append(try repeated())
        }
        return .sequence(nodes)
    }

    private mutating func repeated() throws(RedirectPattern.Fault) -> RedirectPatternNode {
        let isPeriod = rest.first == UInt8(ascii: ".")
        let node = try atom()
        guard let quantifier = rest.first, "*+?".utf8.contains(quantifier) else { return node }
        rest.removeFirst()
        // Greedy and lazy matching differ only in captured groups, which are not used.
        _ = take("?")
        if let next = rest.first, "*+?".utf8.contains(next) {
            throw .init(phrase: "its pattern repeats a repetition")
        }
        let repeated = isPeriod ? .set(.printable) : node
        switch quantifier {
        case UInt8(ascii: "*"): return .many(repeated)
        case UInt8(ascii: "+"): return .sequence([repeated, .many(repeated)])
        default: return .optional(repeated)
        }
    }

    private mutating func atom() throws(RedirectPattern.Fault) -> RedirectPatternNode {
        guard let byte = rest.popFirst() else { throw .init(phrase: "its pattern ends too early") }
        switch byte {
        case UInt8(ascii: "("): return try group()
        case UInt8(ascii: "["): return .set(try characterClass())
        case UInt8(ascii: "\\"): return .literal(try escaped())
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
            throw .init(
                phrase:
                    "its pattern has '\(Character(Unicode.Scalar(byte)))' with nothing to repeat; for the character itself write a backslash before it"
            )
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "]"):
            throw .init(
                phrase:
                    "its pattern has '\(Character(Unicode.Scalar(byte)))', which is not supported; use literals, [...], (...), |, *, + and ?"
            )
        case 0x21...0x7E: return .literal(byte)
        default: throw .init(phrase: "its pattern has characters that are not allowed in a URI")
        }
    }

    private mutating func group() throws(RedirectPattern.Fault) -> RedirectPatternNode {
        if take("?") {
            guard take(":") else {
                throw .init(phrase: "its pattern has a special group (?...), which is not supported")
            }
        }
        depth += 1
        guard depth <= Self.maximumDepth else { throw .init(phrase: "its pattern nests groups too deeply") }
        let node = try choice()
        guard take(")") else { throw .init(phrase: "its pattern does not close a group") }
        depth -= 1
        return node
    }

    private mutating func characterClass() throws(RedirectPattern.Fault) -> ASCIISet {
        let isNegated = take("^")
        var set = ASCIISet()
        var isEmpty = true
        while !take("]") {
            let first = try classMember()
            isEmpty = false
            guard rest.first == UInt8(ascii: "-"), rest.dropFirst().first != UInt8(ascii: "]") else {
                set.insert(first)
                continue
            }
            rest.removeFirst()
            let last = try classMember()
            guard first <= last else {
                throw .init(phrase: "its pattern has a class with a range that is not in order")
            }
            for member in first...last { set.insert(member) }
        }
        guard !isEmpty else { throw .init(phrase: "its pattern has an empty class") }
        return isNegated ? ASCIISet.printable.subtracting(set) : set
    }

    private mutating func classMember() throws(RedirectPattern.Fault) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .init(phrase: "its pattern does not close a class") }
        guard (0x21...0x7E).contains(byte), byte != UInt8(ascii: "[") else {
            throw .init(phrase: "its pattern has a class that is not supported")
        }
        return byte == UInt8(ascii: "\\") ? try escaped() : byte
    }

    /// Consumes the character after a backslash. Letters and digits would be classes and anchors elsewhere.
    private mutating func escaped() throws(RedirectPattern.Fault) -> UInt8 {
        guard let byte = rest.popFirst(), (0x21...0x7E).contains(byte), !Character(Unicode.Scalar(byte)).isLetter,
            !Character(Unicode.Scalar(byte)).isNumber
        else { throw .init(phrase: "its pattern has an escape that is not supported; write classes as [...]") }
        return byte
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }
}
