import Files

/// The detection of members of a private JWK in text that is not JSON as a whole: beside PEM, truncated, or as a string in other JSON.
enum PrivateMembers {
    /// Whether there is a member with a private name and a base64url value long enough for a secret.
    static func occur(in text: NormalisedText) -> Bool {
        let bytes = text.bytes
        var position = bytes.startIndex
        while let colon = bytes[position...].firstIndex(of: UInt8(ascii: ":")) {
            position = colon + 1
            if isPrivate(nameBefore: colon, bytes), hasSecret(behind: colon, bytes) { return true }
        }
        return false
    }

    /// RFC 7518 §6.2.2, §6.3.2, RFC 8037 §2; `priv` in keys of type AKP.
    private static let names: Set<String> = ["d", "p", "q", "dp", "dq", "qi", "priv"]
    /// The maximum number of blanks and line ends between a name, its colon and its value.
    private static let maximumGap = 64
    /// In characters of base64url: 24 bytes. Times and hexadecimal numbers in dumps of certificates have fewer in a row.
    private static let shortestSecret = 32

    private static func isPrivate(nameBefore colon: Int, _ bytes: [UInt8]) -> Bool {
        var end = colon
        while end > 0, colon - end < maximumGap, isBlank(bytes[end - 1]) || isQuote(bytes[end - 1]) { end -= 1 }
        var start = end
        while start > 0, end - start < 5, isBase64(bytes[start - 1]) { start -= 1 }
        return names.contains(String(decoding: bytes[start..<end], as: UTF8.self))
    }

    private static func hasSecret(behind colon: Int, _ bytes: [UInt8]) -> Bool {
        let gap = bytes[(colon + 1)...].prefix(maximumGap).prefix { isBlank($0) || isQuote($0) }
        return bytes[gap.endIndex...].prefix(shortestSecret).prefix(while: isBase64).count == shortestSecret
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    /// Both alphabets of RFC 4648.
    private static func isBase64(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
            || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "/")].contains(byte)
    }
}
