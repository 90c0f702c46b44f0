extension CompactJWS {
    /// Says why a part is not strict base64url, for its sender.
    static func fault(_ name: String, _ part: ArraySlice<UInt8>) -> String {
        for (index, character) in part.enumerated() where !isInAlphabet(character) {
            return "the \(name) has \(words(for: character)) at character \(index + 1)"
        }
        if part.count >= 64, part.allSatisfy({ Hexadecimal.value(of: $0) != nil }) {
            return "the \(name) is \(part.count) hexadecimal digits"
        }
        return part.count % 4 == 1
            ? "the \(name) has \(part.count) characters, a length that base64url never has: it was cut off"
            : "the \(name) ends with bits that are not zero: it was cut off or changed"
    }

    private static func isInAlphabet(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func words(for character: UInt8) -> String {
        switch character {
        case UInt8(ascii: "="): "padding, '=',"
        case UInt8(ascii: "+"), UInt8(ascii: "/"):
            "'\(Character(UnicodeScalar(character)))' of ordinary base64"
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): "a line break"
        case UInt8(ascii: " "), UInt8(ascii: "\t"): "white space"
        case UInt8(ascii: "!")...UInt8(ascii: "~"): "'\(Character(UnicodeScalar(character)))'"
        default: "the byte 0x\(String(character, radix: 16))"
        }
    }
}
