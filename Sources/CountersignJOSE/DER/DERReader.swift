/// The elements of a DER structure, taken one after the other.
///
/// Nothing is read deeper than it is asked for, so hostile nesting costs nothing. Lengths with leading zeros (BER) are read, as
/// some encoders write them; lengths that are not told are not.
package struct DERReader: Sendable {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    package var isAtEnd: Bool { rest.isEmpty }

    /// The next element's tag, if there is one.
    package var nextTag: DERTag? { rest.first.map(DERTag.init(rawValue:)) }

    /// Takes the next element.
    ///
    /// - Returns: `nil` at the end, and where what follows is not a whole element.
    package mutating func next() -> DERElement? {
        var input = rest
        guard let tag = input.popFirst(), tag & 0x1F != 0x1F, let length = Self.length(&input), length <= input.count
        else { return nil }
        let content = input.prefix(length)
        let element = DERElement(
            tag: DERTag(rawValue: tag), content: content, encoding: rest[rest.startIndex..<content.endIndex])
        rest = rest[content.endIndex...]
        return element
    }

    /// Takes the next element if it has a tag; else it stays.
    package mutating func next(_ tag: DERTag) -> DERElement? {
        nextTag == tag ? next() : nil
    }

    /// X.690 §8.1.3.
    private static func length(_ input: inout ArraySlice<UInt8>) -> Int? {
        guard let first = input.popFirst() else { return nil }
        guard first >= 0x80 else { return Int(first) }
        let count = Int(first & 0x7F)
        guard (1...8).contains(count), input.count >= count else { return nil }
        let significant = input.prefix(count).drop { $0 == 0 }
        guard significant.count <= 4 else { return nil }
        input = input.dropFirst(count)
        return significant.reduce(0) { $0 << 8 | Int($1) }
    }
}
