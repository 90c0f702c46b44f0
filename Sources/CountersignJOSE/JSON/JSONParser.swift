/// A strict JSON parser (RFC 8259) for untrusted text.
struct JSONParser {
    private let text: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var position: Int

    /// - Parameter start: the index of the first byte to parse.
    static func parse(_ text: [UInt8], from start: Int = 0, maximumDepth: Int) throws(JSONError) -> JSONValue {
        try text.withUnsafeBufferPointer { buffer throws(JSONError) in
            var parser = JSONParser(text: buffer, maximumDepth: maximumDepth, position: start)
            return try parser.document()
        }
    }

    private mutating func document() throws(JSONError) -> JSONValue {
        skipWhiteSpace()
        let value = try value(depth: 1)
        skipWhiteSpace()
        guard position == text.count else { throw JSONError(.trailingCharacters, at: position) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw JSONError(.unexpectedCharacter, at: position)
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        guard depth <= maximumDepth else { throw JSONError(.tooDeep, at: position) }
        position += 1
        var members: [JSONObject.Member] = []
        members.reserveCapacity(8)
        // Few members are compared one by one. Many, which only hostile objects have, are looked up in a set.
        var names: Set<ExactString> = []
        while try advanceToElement(before: UInt8(ascii: "}"), isFirst: members.isEmpty) {
            let start = position
            guard try peek() == UInt8(ascii: "\"") else { throw JSONError(.unexpectedCharacter, at: position) }
            let name = try string()
            let isNew: Bool
            if members.count < 16 {
                isNew = !members.contains { $0.name == name }
            } else {
                if names.isEmpty { names = Set(members.map(\.name)) }
                isNew = names.insert(name).inserted
            }
            guard isNew else { throw JSONError(.duplicateMember, at: start, member: name.text) }
            skipWhiteSpace()
            try expect(UInt8(ascii: ":"))
            skipWhiteSpace()
            members.append(.init(name: name, value: try value(depth: depth + 1)))
        }
        return JSONObject(checked: members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth <= maximumDepth else { throw JSONError(.tooDeep, at: position) }
        position += 1
        var elements: [JSONValue] = []
        while try advanceToElement(before: UInt8(ascii: "]"), isFirst: elements.isEmpty) {
            elements.append(try value(depth: depth + 1))
        }
        return elements
    }

    /// Moves to the next element of an object or array, past the comma if it is not the first; at the end, past the closing bracket.
    private mutating func advanceToElement(before end: UInt8, isFirst: Bool) throws(JSONError) -> Bool {
        skipWhiteSpace()
        if try peek() == end {
            position += 1
            return false
        }
        if isFirst { return true }
        try expect(UInt8(ascii: ","))
        skipWhiteSpace()
        return true
    }

    private mutating func string() throws(JSONError) -> ExactString {
        let (value, end) = try JSONStringParser.parse(text, from: position + 1)
        position = end
        return ExactString(value)
    }

    /// RFC 8259 §6: [ minus ] int [ frac ] [ exp ], no leading zero.
    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = position
        if try peek() == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        guard digits() > 0 else { throw JSONError(.invalidNumber, at: start) }
        if text[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
            throw JSONError(.invalidNumber, at: start)
        }
        if next == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { throw JSONError(.invalidNumber, at: start) }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { throw JSONError(.invalidNumber, at: start) }
        }
        return JSONNumber(checked: String(decoding: text[start..<position], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = position + word.utf8CodeUnitCount
        guard end <= text.count, word.withUTF8Buffer({ $0.elementsEqual(text[position..<end]) }) else {
            throw JSONError(.unexpectedCharacter, at: position)
        }
        position = end
        return value
    }

    private mutating func skipWhiteSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private var next: UInt8? { position < text.count ? text[position] : nil }

    private func peek() throws(JSONError) -> UInt8 {
        guard position < text.count else { throw JSONError(.unexpectedEnd, at: position) }
        return text[position]
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard try peek() == byte else { throw JSONError(.unexpectedCharacter, at: position) }
        position += 1
    }
}

/// An error in a JSON text, and its position.
public struct JSONError: Error, Sendable, Equatable {
    /// The kind of error.
    public enum Reason: String, Sendable {
        case notAnObject = "not a JSON object"
        case unexpectedCharacter = "an unexpected character"
        case unexpectedEnd = "the end of the text"
        case trailingCharacters = "something after the value"
        case duplicateMember = "a member named twice"
        case tooDeep = "nesting too deep"
        case invalidNumber = "a malformed number"
        case utf16 = "text in UTF-16 in place of UTF-8"
        case invalidString = "a string that is not well-formed UTF-8 or has a bad escape"
    }

    /// The kind of error.
    public let reason: Reason
    /// The position of the error in bytes, counted from 0.
    public let offset: Int
    /// The name of the duplicate member, cut to 64 bytes.
    public let member: String?

    package init(_ reason: Reason, at offset: Int, member: String? = nil) {
        self.reason = reason
        self.offset = offset
        self.member = member.map { String(decoding: $0.utf8.prefix(64), as: UTF8.self) }
    }

    /// The error as a phrase.
    public var phrase: String {
        "\(reason.rawValue)\(member.map { ", '\($0)'," } ?? ",") at character \(offset + 1)"
    }
}
