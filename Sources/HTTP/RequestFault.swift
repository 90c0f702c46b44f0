/// A request that violates HTTP, or uses a part of it that is not implemented. Its connection is closed after the response.
struct RequestFault: Error, Equatable {
    let status: Int
    /// One sentence for the author of the client.
    let message: String

    var response: EndpointResponse {
        OAuthError(.invalidRequest, message, status: status).response()
    }

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    static let malformed = RequestFault(400, "The request is not well-formed HTTP.")
    static let host = RequestFault(400, "The request needs exactly one Host header field (RFC 9112 section 3.2).")
    static let target = RequestFault(
        400, "The request target contains a character that RFC 9112 section 3.2 does not allow.")
    static let transferEncoding = RequestFault(
        400, "Transfer-Encoding does not exist in HTTP/1.0 (RFC 9112 section 6.1).")
    static let transferCoding = RequestFault(
        501, "The only transfer coding supported is chunked (RFC 9112 section 6.1).")
    static let headTooLarge = RequestFault(
        431,
        "The head of the request has more than \(HTTPLimits.maximumHeadSize) bytes, a field of more than "
            + "\(HTTPLimits.maximumFieldSize), or more than \(HTTPLimits.maximumFieldCount) fields.")
    static let connect = RequestFault(501, "This server is not a proxy: CONNECT is not implemented.")
    static let expectation = RequestFault(417, "The only expectation supported is 100-continue.")
    static let version = RequestFault(505, "This server supports HTTP/1.1, and HTTP/2 over TLS.")

    static func repeated(_ field: String) -> RequestFault {
        RequestFault(400, "The header field \(field) was sent more than once.")
    }
}
