/// The identifier of a refused request, by which the operator looks up the reason: 40 random bits in base32 (RFC 4648 §6).
package struct Reference: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

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
