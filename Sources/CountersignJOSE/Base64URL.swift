/// Strict base64url without padding (RFC 7515 §2, RFC 4648 §5).
public enum Base64URL {
    /// Decodes base64url.
    ///
    /// - Parameter characters: ASCII bytes.
    /// - Returns: `nil` for padding, white space, a character of another alphabet, an impossible length, or trailing bits that are not zero:
    ///   no two texts decode to the same bytes.
    public static func decode(_ characters: ArraySlice<UInt8>) -> [UInt8]? {
        let remainder = characters.count & 3
        guard remainder != 1 else { return nil }
        let length = characters.count / 4 * 3 + (remainder == 0 ? 0 : remainder - 1)
        var isStrict = true
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { output, count in
            characters.withUnsafeBufferPointer { input in
                values.withUnsafeBufferPointer { values in
                    // A value above 63 marks a character outside the alphabet.
                    var seen: UInt8 = 0
                    var (read, written) = (0, 0)
                    while read + 4 <= input.count {
                        let a = values[Int(input[read])]
                        let b = values[Int(input[read + 1])]
                        let c = values[Int(input[read + 2])]
                        let d = values[Int(input[read + 3])]
                        seen |= a | b | c | d
                        output[written] = a << 2 | b >> 4
                        output[written + 1] = b << 4 | c >> 2
                        output[written + 2] = c << 6 | d
                        read += 4
                        written += 3
                    }
                    if remainder >= 2 {
                        let a = values[Int(input[read])]
                        let b = values[Int(input[read + 1])]
                        seen |= a | b
                        output[written] = a << 2 | b >> 4
                        if remainder == 2 {
                            isStrict = b & 0x0F == 0
                        } else {
                            let c = values[Int(input[read + 2])]
                            seen |= c
                            output[written + 1] = b << 4 | c >> 2
                            isStrict = c & 0x03 == 0
                        }
                    }
                    if seen & 0xC0 != 0 { isStrict = false }
                }
            }
            count = length
        }
        return isStrict ? bytes : nil
    }

    /// Decodes base64url, given as a string.
    public static func decode(_ text: String) -> [UInt8]? {
        decode(Array(text.utf8)[...])
    }

    /// Encodes bytes as a string.
    public static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: encoded(bytes), as: UTF8.self)
    }

    /// Encodes bytes as ASCII.
    public static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        let remainder = bytes.count % 3
        let length = bytes.count / 3 * 4 + (remainder == 0 ? 0 : remainder + 1)
        return [UInt8](unsafeUninitializedCapacity: length) { output, count in
            bytes.withUnsafeBufferPointer { input in
                alphabet.withUnsafeBufferPointer { alphabet in
                    var (read, written) = (0, 0)
                    while read + 3 <= input.count {
                        let (a, b, c) = (input[read], input[read + 1], input[read + 2])
                        output[written] = alphabet[Int(a >> 2)]
                        output[written + 1] = alphabet[Int((a << 4 | b >> 4) & 0x3F)]
                        output[written + 2] = alphabet[Int((b << 2 | c >> 6) & 0x3F)]
                        output[written + 3] = alphabet[Int(c & 0x3F)]
                        read += 3
                        written += 4
                    }
                    if remainder >= 1 {
                        let a = input[read]
                        let b = remainder == 2 ? input[read + 1] : 0
                        output[written] = alphabet[Int(a >> 2)]
                        output[written + 1] = alphabet[Int((a << 4 | b >> 4) & 0x3F)]
                        if remainder == 2 { output[written + 2] = alphabet[Int(b << 2 & 0x3F)] }
                    }
                }
            }
            count = length
        }
    }

    /// Returns whether a byte is one of the 64 characters.
    package static func isInAlphabet(_ byte: UInt8) -> Bool { values[Int(byte)] < 64 }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}
