import AsyncHTTPClient
import NIOHTTP1

/// The limits of a response, apart from the length of its body.
enum ResponseLimits {
    static let fields = 100
    /// The maximum length of names and values together, in bytes.
    static let fieldBytes = 16_384

    /// The maximum number of bytes on a connection: head, framing and body.
    ///
    /// Chunks of a reasonable size add little; a server that sends each byte as a chunk is refused.
    static func raw(body: Int) -> Int {
        2 * fieldBytes + 2 * body
    }

    /// Checks the head of a response with a document.
    static func check(_ headers: HTTPHeaders, of url: String) throws(FetchError) {
        var bytes = 0
        for (name, value) in headers { bytes += name.utf8.count + value.utf8.count }
        guard headers.count <= fields, bytes <= fieldBytes else { throw .headTooLarge(url: url) }
        for value in headers[canonicalForm: "Content-Encoding"] where value.lowercased() != "identity" {
            throw .encoded(url: url, shortened(value))
        }
        // RFC 9112 §6.1: a transfer coding other than chunked would encode the content as well.
        for value in headers[canonicalForm: "Transfer-Encoding"] where value.lowercased() != "chunked" {
            throw .encoded(url: url, shortened(value))
        }
    }

    /// A value that is safe in a log: visible ASCII of at most 256 bytes; `nil` otherwise.
    static func printable(_ value: String, allowsBlanks: Bool) -> String? {
        let first: UInt8 = allowsBlanks ? 0x20 : 0x21
        let isPlain = value.utf8.allSatisfy { (first...0x7E).contains($0) }
        return !value.isEmpty && value.utf8.count <= 256 && isPlain ? value : nil
    }

    /// A value shortened for an error.
    static func shortened(_ value: some StringProtocol) -> String {
        String(
            decoding: value.utf8.prefix(200).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
