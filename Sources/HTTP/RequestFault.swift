/// A request that violates HTTP, or uses a part of it that is not implemented. Its connection is closed after the response.
struct RequestFault: Error, Equatable {
    let status: Int
    /// One sentence for the author of the client.
    let message: String

    var response: EndpointResponse {
        OAuthError(.invalidRequest, message, status: status).response()
    }

    static func badRequest(_ message: String) -> RequestFault {
        RequestFault(status: 400, message: message)
    }

    static let malformed = badRequest("The request is not well-formed HTTP.")
    static let host = badRequest("The request needs exactly one Host header field (RFC 9112 section 3.2).")
    static let target = badRequest("The request target holds a character that RFC 9112 section 3.2 does not allow.")
    static let transferEncoding = badRequest("Transfer-Encoding does not exist in HTTP/1.0 (RFC 9112 section 6.1).")
    static let transferCoding = RequestFault(
        status: 501, message: "The only transfer coding known here is chunked (RFC 9112 section 6.1).")
    static let headTooLarge = RequestFault(
        status: 431,
        message: "The head of the request has more than \(HTTPLimits.maximumHeadSize) bytes, a field of more than "
            + "\(HTTPLimits.maximumFieldSize), or more than \(HTTPLimits.maximumFieldCount) fields.")
    static let connect = RequestFault(
        status: 501, message: "This server is not a proxy: CONNECT is not implemented.")
    static let expectation = RequestFault(status: 417, message: "The only expectation known here is 100-continue.")
    static let version = RequestFault(status: 505, message: "This server speaks HTTP/1.1, and HTTP/2 over TLS.")

    static func sentTwice(_ field: String) -> RequestFault {
        badRequest("The header field \(field) was sent more than once.")
    }
}
