import Foundation

/// A part of a path that holds any text, such as a client identifier that is a URL.
enum PathSegment {
    static func encoded(_ text: String) -> String {
        // A segment of dots would be removed by browsers (RFC 3986 §5.2.4), even with its dots encoded: it cannot be linked.
        FormWriter.percentEncoded(text)
    }

    /// - Returns: `nil` unless it is valid UTF-8 without control characters.
    static func decoded(_ segment: String) -> String? {
        guard let text = segment.removingPercentEncoding, !text.isEmpty,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        return text
    }
}
