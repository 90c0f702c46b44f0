import Mustache

/// Escaping of text for HTML and for quoted attributes, byte by byte.
///
/// The escaping of swift-mustache goes by characters and leaves `"` followed by a combining mark as it is, which ends an attribute.
struct HTMLEscaping: MustacheContentType {
    /// The content type's name in templates.
    static let name = "Page"
    /// What every template begins with; partials begin with swift-mustache's own content type.
    static let pragma = "{{% CONTENT_TYPE: \(name)}}"

    func escapeText(_ text: String) -> String {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): escaped += "&lt;".utf8
            case UInt8(ascii: ">"): escaped += "&gt;".utf8
            case UInt8(ascii: "&"): escaped += "&amp;".utf8
            case UInt8(ascii: "\""): escaped += "&quot;".utf8
            case UInt8(ascii: "'"): escaped += "&#39;".utf8
            // An indented partial would indent the line that follows, and the parser of HTML turns a carriage return into a line feed.
            case UInt8(ascii: "\n"): escaped += "&#10;".utf8
            case UInt8(ascii: "\r"): escaped += "&#13;".utf8
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
