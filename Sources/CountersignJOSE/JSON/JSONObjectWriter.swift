/// An object that is written straight into bytes, member by member, for those who write many of a kind.
///
/// What is the same for all can be written once: a writer is a value, and a copy of it goes on where it stands. Names are not
/// looked at twice: a caller writes each once.
package struct JSONObjectWriter: Sendable {
    private var text: [UInt8]

    /// - Parameter capacity: bytes for which room is made at once.
    package init(capacity: Int = 256) {
        text = []
        text.reserveCapacity(capacity)
        text.append(UInt8(ascii: "{"))
    }

    /// Makes room for so many bytes in all.
    package mutating func reserve(_ capacity: Int) {
        text.reserveCapacity(capacity)
    }

    /// Writes a string.
    package mutating func member(_ name: StaticString, _ value: String) {
        begin(name)
        JSONWriter.write(value, to: &text)
    }

    /// Writes a string that is UTF-8 already.
    package mutating func member(_ name: StaticString, utf8 value: [UInt8]) {
        begin(name)
        value.withUnsafeBufferPointer { JSONWriter.write($0, to: &text) }
    }

    /// Writes an integer.
    package mutating func member(_ name: StaticString, _ value: Int64) {
        begin(name)
        JSONWriter.write(value, to: &text)
    }

    /// The bytes of the object.
    package consuming func finished() -> [UInt8] {
        text.append(UInt8(ascii: "}"))
        return text
    }

    private mutating func begin(_ name: StaticString) {
        if text.count > 1 { text.append(UInt8(ascii: ",")) }
        name.withUTF8Buffer { JSONWriter.write($0, to: &text) }
        text.append(UInt8(ascii: ":"))
    }
}
