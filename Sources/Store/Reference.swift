/// The identifier of a refused request, by which the operator looks up the reason: 40 random bits in base32 (RFC 4648 §6).
package struct Reference: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// - Parameter text: the reference as it was issued.
    package init(_ text: String) {
        self.text = text
    }

    /// Normalizes a reference that a person typed: case, spaces and hyphens are ignored, and digits outside the alphabet are read as the
    /// letters they resemble (RFC 4648 §3.4).
    package init(typed: String) {
        let letters: [Character: Character] = ["0": "O", "1": "I", "8": "B"]
        text = String(
            typed.filter { $0 != " " && $0 != "-" }.map { character in
                letters[character] ?? (character.isASCII ? Character(character.uppercased()) : character)
            })
    }

    package static func random() -> Reference {
        var bits = UInt64.random(in: .min ... .max)
        let characters = (0..<8).map { _ in
            defer { bits >>= 5 }
            return alphabet[Int(bits & 31)]
        }
        return Reference(String(decoding: characters, as: UTF8.self))
    }

    package var description: String { text }
}
