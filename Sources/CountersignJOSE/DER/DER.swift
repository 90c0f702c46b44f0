/// One element of a DER structure (X.690 §8.1): its tag and content.
package struct DERElement: Sendable {
    package let tag: DERTag
    /// The bytes after the length.
    package let content: ArraySlice<UInt8>
    /// The whole element, with its tag and length.
    package let encoding: ArraySlice<UInt8>

    /// The elements of a constructed element.
    package var elements: DERReader { DERReader(content) }

    /// The bytes of an INTEGER that is not negative, big-endian and without leading zeros; empty for 0.
    package var unsignedInteger: [UInt8]? {
        guard tag == .integer, let first = content.first, first < 0x80 else { return nil }
        return Array(content.drop { $0 == 0 })
    }

    /// The bytes of a BIT STRING without unused bits.
    package var bitStringBytes: ArraySlice<UInt8>? {
        guard tag == .bitString, content.first == 0 else { return nil }
        return content.dropFirst()
    }
}

extension DERElement {
    /// - Returns: `nil` if the bytes are not exactly one element with this tag.
    package init?(_ bytes: some Sequence<UInt8>, _ tag: DERTag) {
        var reader = DERReader(ArraySlice(bytes))
        guard let element = reader.next(tag), reader.isAtEnd else { return nil }
        self = element
    }
}

/// The tag of an element: class, form and number in one byte (X.690 §8.1.2). Numbers above 30 do not occur in the supported formats.
package struct DERTag: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let integer = DERTag(rawValue: 0x02)
    package static let bitString = DERTag(rawValue: 0x03)
    package static let octetString = DERTag(rawValue: 0x04)
    package static let null = DERTag(rawValue: 0x05)
    package static let objectIdentifier = DERTag(rawValue: 0x06)
    package static let sequence = DERTag(rawValue: 0x30)
    package static let set = DERTag(rawValue: 0x31)

    /// Returns an explicit context-specific tag, `[number]`.
    package static func explicit(_ number: UInt8) -> DERTag { DERTag(rawValue: 0xA0 | number) }

    /// Returns an implicit context-specific tag of a primitive type, `[number] IMPLICIT`.
    package static func implicit(_ number: UInt8) -> DERTag { DERTag(rawValue: 0x80 | number) }
}

/// A sequential reader of the elements of a DER structure.
///
/// Nested elements are read on request only, so hostile nesting costs nothing. Lengths with leading zeros (BER) are accepted, because
/// some encoders write them; indefinite lengths are not.
package struct DERReader: Sendable {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    package var isAtEnd: Bool { rest.isEmpty }

    /// The next element's tag, if there is one.
    package var nextTag: DERTag? { rest.first.map(DERTag.init(rawValue:)) }

    /// Reads the next element.
    ///
    /// - Returns: `nil` at the end, or if the element is incomplete.
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

    /// Reads the next element if it has this tag.
    package mutating func next(_ tag: DERTag) -> DERElement? {
        nextTag == tag ? next() : nil
    }

    /// Reads a length (X.690 §8.1.3).
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

/// A writer of DER elements.
package enum DERWriter {
    /// Encodes an element with the concatenated contents.
    package static func element(_ tag: DERTag, _ contents: [UInt8]...) -> [UInt8] {
        let content = contents.flatMap { $0 }
        return [tag.rawValue] + length(content.count) + content
    }

    /// Encodes a BIT STRING without unused bits.
    package static func bitString(_ bytes: [UInt8]) -> [UInt8] {
        element(.bitString, [0], bytes)
    }

    /// Encodes a length in as few bytes as possible (X.690 §10.1).
    private static func length(_ count: Int) -> [UInt8] {
        guard count >= 0x80 else { return [UInt8(count)] }
        var bytes: [UInt8] = []
        var rest = count
        while rest > 0 {
            bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return [0x80 | UInt8(bytes.count)] + bytes
    }
}
