/// The identifier of one refused request: 40 random bits in base32 (RFC 4648 §6).
///
/// A caller passes it to the operator, who finds the reason under it; it reveals nothing else.
package struct Reference: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// A new random reference.
    package static func random() -> Reference {
        var bits = UInt64.random(in: .min ... .max)
        let characters = (0..<8).map { _ in
            defer { bits >>= 5 }
            return alphabet[Int(bits & 31)]
        }
        return Reference(text: String(decoding: characters, as: UTF8.self))
    }

    package var description: String { text }
}
