/// A reference as a person read it off a screen and typed it: case, spaces and hyphens do not matter, and the digits that
/// base32 leaves out stand for the letters they look like (RFC 4648 §3.4).
package enum TypedReference {
    /// The reference as it was given out.
    package static func normalized(_ text: String) -> String {
        var characters: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "-"): continue
            case UInt8(ascii: "0"): characters.append(UInt8(ascii: "O"))
            case UInt8(ascii: "1"): characters.append(UInt8(ascii: "I"))
            case UInt8(ascii: "8"): characters.append(UInt8(ascii: "B"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): characters.append(byte - 0x20)
            default: characters.append(byte)
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
