/// A document as it came from its server.
package struct Fetched: Sendable, Equatable {
    /// Where it came from in the end: the URL asked for, or the one the redirects led to.
    package let url: RemoteURL
    /// The document; `nil` where it has not changed since the entity tag that was sent (304).
    package let body: [UInt8]?
    /// To be sent next time: at most 256 visible ASCII characters. A 304 without one leaves the old one in force.
    package let etag: String?
    /// How long the server says it may be used: zero where it must not be kept, `nil` where it says nothing.
    package let lifetime: Duration?
    /// The media type as the server names it, with its parameters; at most 256 bytes of printable ASCII.
    package let contentType: String?
}
