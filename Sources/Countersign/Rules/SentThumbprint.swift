/// A decoder for thumbprints in `kid`, `x5t` and `x5t#S256` (RFC 7515 §4.1.7, §4.1.8; RFC 7638).
///
/// The RFCs specify base64url. Libraries in use also send padding, the standard base64 alphabet, hexadecimal digits in either case
/// with or without colons, and hexadecimal digits encoded in base64url; the lengths distinguish these forms. The result only selects
/// among registered keys.
enum SentThumbprint {
    /// - Returns: the 20 bytes of a SHA-1 or the 32 bytes of a SHA-256; `nil` if the text has none of these forms.
    static func decode(_ text: ExactString) -> [UInt8]? {
        guard isPossible(length: text.text.utf8.count) else { return nil }
        let characters = Array(text.text.utf8)
        if let digest = hexadecimal(characters) { return digest }
        guard let bytes = base64(characters) else { return nil }
        return isDigest(bytes) ? bytes : hexadecimal(bytes)
    }

    /// Most key IDs have another length and are not decoded.
    private static func isPossible(length: Int) -> Bool {
        switch length {
        // base64 of 20 and of 32 bytes.
        case 27, 28, 43, 44: true
        // Hexadecimal digits, without colons and with them.
        case 40, 64, 59, 95: true
        // base64 of each of those.
        case 54, 56, 86, 88, 79, 80, 127, 128: true
        default: false
        }
    }

    private static func isDigest(_ bytes: [UInt8]) -> Bool { bytes.count == 20 || bytes.count == 32 }

    private static func hexadecimal(_ characters: [UInt8]) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        let hasColons = characters.count % 3 == 2 && characters[2] == colon
        let digits = hasColons ? characters.filter { $0 != colon } : characters
        guard let bytes = Hexadecimal.decode(digits), isDigest(bytes) else { return nil }
        return bytes
    }

    private static func base64(_ characters: [UInt8]) -> [UInt8]? {
        let padding = characters.suffix(2).count { $0 == UInt8(ascii: "=") }
        let translated: [UInt8] = characters.dropLast(padding).map { character in
            switch character {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: character
            }
        }
        return Base64URL.decode(translated[...])
    }
}
