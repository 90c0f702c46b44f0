/// The readable part of a distinguished name in a certificate (RFC 5280 §4.1.2.4).
struct CertificateName: Equatable {
    /// Longer names are truncated: they are for display, and no rule depends on them.
    private static let maximumAttributes = 64

    /// Relative distinguished names in the order of the file; most have one attribute.
    private let names: [[Attribute]]
    /// Whether the name was truncated.
    private let isTruncated: Bool

    private struct Attribute: Equatable {
        let type: String
        let value: DirectoryString
    }

    /// - Parameter element: a SEQUENCE. Parsing stops at an element that does not fit into a name.
    init(_ element: DERElement) {
        var names: [[Attribute]] = []
        var count = 0
        var sets = element.elements
        var isWhole = true
        while isWhole, let set = sets.next(.set) {
            var attributes: [Attribute] = []
            var elements = set.elements
            repeat {
                if count < Self.maximumAttributes, let attribute = Self.attribute(elements.next(.sequence)) {
                    attributes.append(attribute)
                    count += 1
                } else {
                    isWhole = false
                }
            } while isWhole && !elements.isAtEnd
            names.append(attributes)
        }
        self.names = names.filter { !$0.isEmpty }
        isTruncated = !isWhole || !sets.isAtEnd
    }

    private static func attribute(_ element: DERElement?) -> Attribute? {
        guard var fields = element?.elements, let type = DERObjectIdentifier(fields.next()), let value = fields.next()
        else { return nil }
        return Attribute(type: keywords[type] ?? type.text, value: DirectoryString(value))
    }

    /// The name in the form of RFC 4514, in reverse order.
    var text: String {
        let parts = names.reversed().map { name in
            name.map { "\($0.type)=\($0.value.escaped)" }.joined(separator: "+")
        }
        return ((isTruncated ? ["…"] : []) + parts).joined(separator: ",")
    }

    /// RFC 4514 §3, and the common `E`.
    private static let keywords: [DERObjectIdentifier: String] = [
        DERObjectIdentifier(2, 5, 4, 3): "CN", DERObjectIdentifier(2, 5, 4, 7): "L",
        DERObjectIdentifier(2, 5, 4, 8): "ST", DERObjectIdentifier(2, 5, 4, 10): "O",
        DERObjectIdentifier(2, 5, 4, 11): "OU", DERObjectIdentifier(2, 5, 4, 6): "C",
        DERObjectIdentifier(2, 5, 4, 9): "STREET",
        DERObjectIdentifier(0, 9, 2342, 19_200_300, 100, 1, 25): "DC",
        DERObjectIdentifier(0, 9, 2342, 19_200_300, 100, 1, 1): "UID",
        DERObjectIdentifier(1, 2, 840, 113549, 1, 9, 1): "E",
    ]
}
