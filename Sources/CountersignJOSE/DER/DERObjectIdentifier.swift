/// An object identifier (X.690 §8.19), compared by its encoding.
package struct DERObjectIdentifier: Hashable, Sendable {
    /// The content octets.
    let bytes: [UInt8]

    private static let maximumLength = 64

    /// - Returns: `nil` if the element is not an object identifier, or longer than 64 bytes.
    package init?(_ element: DERElement?) {
        guard let element, element.tag == .objectIdentifier, (1...Self.maximumLength).contains(element.content.count),
            let last = element.content.last, last < 0x80
        else { return nil }
        bytes = Array(element.content)
    }

    /// - Parameter arcs: at least two numbers, those of the dotted notation.
    package init(_ arcs: UInt64...) {
        bytes = ([arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2)).flatMap { arc in
            var septets = [UInt8(arc & 0x7F)]
            var rest = arc >> 7
            while rest > 0 {
                septets.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
                rest >>= 7
            }
            return septets
        }
    }

    package var encoding: [UInt8] { DERWriter.element(.objectIdentifier, bytes) }

    /// The dotted notation; hexadecimal digits if one of the numbers has more than 56 bits.
    package var text: String {
        var arcs: [UInt64] = []
        var arc: UInt64 = 0
        for byte in bytes {
            guard arc < 1 << 49 else { return "oid " + Hexadecimal.encode(bytes) }
            arc = arc << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 {
                arcs.append(arc)
                arc = 0
            }
        }
        let first = min(arcs[0] / 40, 2)
        return ([first, arcs[0] - first * 40] + arcs.dropFirst()).map(String.init).joined(separator: ".")
    }
}
