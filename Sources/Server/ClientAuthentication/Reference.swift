/// The name of one refused request: 8 characters of base32 (RFC 4648 §6), 40 random bits.
///
/// It is what a caller can tell an operator without telling anything else.
package struct Reference: Hashable, Sendable, CustomStringConvertible {
    /// The eight characters.
    package let text: String

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// A new one, at random.
    package static func random() -> Reference {
        var bits = UInt64.random(in: .min ... .max)
        let characters = (0..<8).map { _ in
            defer { bits >>= 5 }
            return alphabet[Int(bits & 31)]
        }
        return Reference(text: String(decoding: characters, as: UTF8.self))
    }

    /// The eight characters.
    package var description: String { text }
}
