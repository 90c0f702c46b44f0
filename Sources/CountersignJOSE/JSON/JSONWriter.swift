extension JSONObject {
    /// Renders the object as compact JSON (RFC 8259).
    public func render() -> String { String(decoding: rendered(), as: UTF8.self) }

    /// Renders the object as the UTF-8 bytes of compact JSON.
    public func rendered() -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(256)
        JSONWriter.write(self, to: &text)
        return text
    }
}

extension JSONValue {
    /// Renders the value as compact JSON (RFC 8259).
    public func render() -> String {
        var text: [UInt8] = []
        JSONWriter.write(self, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Renders the value for people: one element or member per line, two spaces per level.
    ///
    /// - Parameter escape: applied to names and to values without elements.
    package func renderIndented(escaping escape: (String) -> String = { $0 }) -> String {
        indented("\n", escape)
    }

    /// - Parameter line: a line break and the indentation of the value's own level.
    private func indented(_ line: String, _ escape: (String) -> String) -> String {
        let deeper = line + "  "
        switch self {
        case .array(let elements) where !elements.isEmpty:
            return "[" + elements.map { deeper + $0.indented(deeper, escape) }.joined(separator: ",") + line + "]"
        case .object(let object) where !object.members.isEmpty:
            let members = object.members.map { member in
                deeper + escape(JSONValue.string(member.name).render()) + ": " + member.value.indented(deeper, escape)
            }
            return "{" + members.joined(separator: ",") + line + "}"
        case .null, .boolean, .number, .string, .array, .object: return escape(render())
        }
    }
}

/// The writer of compact JSON.
enum JSONWriter {
    static func write(_ value: JSONValue, to text: inout [UInt8]) {
        switch value {
        case .null: text.append(contentsOf: "null".utf8)
        case .boolean(let flag): text.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let number): text.append(contentsOf: number.literal.utf8)
        case .string(let string): write(string.text, to: &text)
        case .array(let elements):
            text.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                write(element, to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .object(let object): write(object, to: &text)
        }
    }

    static func write(_ object: JSONObject, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "{"))
        for (index, member) in object.members.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            write(member.name.text, to: &text)
            text.append(UInt8(ascii: ":"))
            write(member.value, to: &text)
        }
        text.append(UInt8(ascii: "}"))
    }

    /// Writes a string. Only quotation marks, backslashes and control characters need escapes (RFC 8259 §7).
    static func write(_ string: String, to text: inout [UInt8]) {
        var string = string
        string.withUTF8 { write($0, to: &text) }
    }

    /// Writes a string, given as UTF-8.
    static func write(_ bytes: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        if bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
            text.append(contentsOf: bytes)
        } else {
            for byte in bytes { writeEscaped(byte, to: &text) }
        }
        text.append(UInt8(ascii: "\""))
    }

    static func write(_ integer: Int64, to text: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (rest, first) = (integer.magnitude, digits.count)
            repeat {
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            if integer < 0 { text.append(UInt8(ascii: "-")) }
            text.append(contentsOf: digits[first...])
        }
    }

    private static func writeEscaped(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case 0x22, 0x5C: text.append(contentsOf: [0x5C, byte])
        case 0x0A: text.append(contentsOf: "\\n".utf8)
        case 0x0D: text.append(contentsOf: "\\r".utf8)
        case 0x09: text.append(contentsOf: "\\t".utf8)
        case 0..<0x20: text.append(contentsOf: "\\u00\(Hexadecimal.encode([byte]))".utf8)
        default: text.append(byte)
        }
    }
}

/// A fast writer of JSON objects for frequent responses, which appends member by member to bytes.
///
/// A common beginning can be written once and copied, because a writer is a value. Names are not checked for duplicates.
package struct JSONObjectWriter: Sendable {
    private var text: [UInt8]

    /// - Parameter capacity: the initial capacity in bytes.
    package init(capacity: Int = 256) {
        text = []
        text.reserveCapacity(capacity)
        text.append(UInt8(ascii: "{"))
    }

    /// Reserves capacity in bytes.
    package mutating func reserve(_ capacity: Int) {
        text.reserveCapacity(capacity)
    }

    /// Writes a string.
    package mutating func member(_ name: StaticString, _ value: String) {
        begin(name)
        JSONWriter.write(value, to: &text)
    }

    /// Writes a string, given as UTF-8.
    package mutating func member(_ name: StaticString, utf8 value: [UInt8]) {
        begin(name)
        value.withUnsafeBufferPointer { JSONWriter.write($0, to: &text) }
    }

    /// Writes an integer.
    package mutating func member(_ name: StaticString, _ value: Int64) {
        begin(name)
        JSONWriter.write(value, to: &text)
    }

    /// Writes any value.
    package mutating func member(_ name: StaticString, _ value: JSONValue) {
        begin(name)
        JSONWriter.write(value, to: &text)
    }

    /// Writes any value under a name that is not known in advance.
    package mutating func member(named name: String, _ value: JSONValue) {
        separate()
        JSONWriter.write(name, to: &text)
        text.append(UInt8(ascii: ":"))
        JSONWriter.write(value, to: &text)
    }

    /// Writes the only element as a string, or several as an array of strings, as `aud` allows (RFC 7519 §4.1.3).
    package mutating func member(_ name: StaticString, oneOrMany values: [String]) {
        if values.count == 1 { member(name, values[0]) } else { member(name, .array(values)) }
    }

    /// Ends the object and returns its bytes.
    package consuming func finished() -> [UInt8] {
        text.append(UInt8(ascii: "}"))
        return text
    }

    private mutating func separate() {
        if text.count > 1 { text.append(UInt8(ascii: ",")) }
    }

    private mutating func begin(_ name: StaticString) {
        separate()
        name.withUTF8Buffer { JSONWriter.write($0, to: &text) }
        text.append(UInt8(ascii: ":"))
    }
}
