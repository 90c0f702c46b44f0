/// Reads JSON as RFC 8259 writes it and not one character more: hostile text comes through here.
struct JSONParser {
    private let text: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var position: Int

    /// - Parameter start: the index of the first byte that is JSON.
    static func parse(_ text: [UInt8], from start: Int = 0, maximumDepth: Int) throws(JSONError) -> JSONValue {
        let result: Result<JSONValue, JSONError> = text.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(text: buffer, from: start, maximumDepth: maximumDepth)
            do throws(JSONError) {
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(text: UnsafeBufferPointer<UInt8>, from start: Int, maximumDepth: Int) {
        self.text = text
        position = start
        self.maximumDepth = maximumDepth
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
        // Few members are compared one by one; many, which only hostile objects have, through a set.
        var names: Set<ExactString> = []
        skipWhiteSpace()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return JSONObject(checked: [])
        }
        while true {
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
            skipWhiteSpace()
            if try peek() == UInt8(ascii: "}") {
                position += 1
                return JSONObject(checked: members)
            }
            try expect(UInt8(ascii: ","))
            skipWhiteSpace()
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth <= maximumDepth else { throw JSONError(.tooDeep, at: position) }
        position += 1
        var elements: [JSONValue] = []
        skipWhiteSpace()
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return []
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipWhiteSpace()
            if try peek() == UInt8(ascii: "]") {
                position += 1
                return elements
            }
            try expect(UInt8(ascii: ","))
            skipWhiteSpace()
        }
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
