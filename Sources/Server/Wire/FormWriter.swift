/// The writer of `application/x-www-form-urlencoded` text, for queries, redirects and tickets.
package enum FormWriter {
    /// Returns `name=value&…`. Everything except the unreserved characters of RFC 3986 §2.3 is percent-encoded, so that no value can end a
    /// header field, begin another parameter or be read in two ways.
    package static func encoded(_ parameters: [(name: String, value: String)]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(256)
        for (name, value) in parameters {
            if !text.isEmpty { text.append(UInt8(ascii: "&")) }
            append(name, to: &text)
            text.append(UInt8(ascii: "="))
            append(value, to: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Percent-encodes a segment of a path: everything except the unreserved characters.
    package static func percentEncoded(_ segment: String) -> String {
        var text: [UInt8] = []
        append(segment, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ part: String, to text: inout [UInt8]) {
        for byte in part.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.append(byte)
            default:
                text.append(UInt8(ascii: "%"))
                text.append(hexDigit(byte >> 4))
                text.append(hexDigit(byte & 15))
            }
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
