/// Writes elements of a DER structure.
package enum DERWriter {
    /// An element that holds some bytes, or other elements.
    package static func element(_ tag: DERTag, _ contents: [UInt8]...) -> [UInt8] {
        let content = contents.flatMap { $0 }
        return [tag.rawValue] + length(content.count) + content
    }

    /// A BIT STRING of whole bytes.
    package static func bitString(_ bytes: [UInt8]) -> [UInt8] {
        element(.bitString, [0], bytes)
    }

    /// X.690 §10.1: as few bytes as possible.
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
