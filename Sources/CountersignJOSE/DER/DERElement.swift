/// One element of a DER structure (X.690 §8.1): its tag and what it holds.
package struct DERElement: Sendable {
    package let tag: DERTag
    /// The bytes behind the length.
    package let content: ArraySlice<UInt8>
    /// The whole element, with its tag and length.
    package let encoding: ArraySlice<UInt8>

    /// The elements of a constructed element.
    package var elements: DERReader { DERReader(content) }

    /// The one element that some bytes are, to the last byte.
    ///
    /// - Returns: `nil` where they are another element, or not exactly one.
    package init?(_ bytes: some Sequence<UInt8>, _ tag: DERTag) {
        var reader = DERReader(ArraySlice(bytes))
        guard let element = reader.next(tag), reader.isAtEnd else { return nil }
        self = element
    }

    init(tag: DERTag, content: ArraySlice<UInt8>, encoding: ArraySlice<UInt8>) {
        self.tag = tag
        self.content = content
        self.encoding = encoding
    }

    /// The bytes of an INTEGER that is not negative, big-endian and without leading zeros; empty for 0.
    package var unsignedInteger: [UInt8]? {
        guard tag == .integer, let first = content.first, first < 0x80 else { return nil }
        return Array(content.drop { $0 == 0 })
    }

    /// The bytes of a BIT STRING that is made of whole bytes.
    package var wholeBytes: ArraySlice<UInt8>? {
        guard tag == .bitString, content.first == 0 else { return nil }
        return content.dropFirst()
    }
}

/// The tag of an element: class, form and number in one byte (X.690 §8.1.2). Numbers above 30 occur in nothing that is read here.
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

    /// An explicit tag of the context: `[number]`.
    package static func explicit(_ number: UInt8) -> DERTag { DERTag(rawValue: 0xA0 | number) }

    /// An implicit tag of the context on a primitive type: `[number] IMPLICIT`.
    package static func implicit(_ number: UInt8) -> DERTag { DERTag(rawValue: 0x80 | number) }
}
