/// A request as an endpoint sees it, whichever HTTP library received it.
package struct EndpointRequest: Sendable {
    /// The largest body any endpoint reads, in bytes.
    package static let maximumBodySize = 65_536

    /// The HTTP method, in capitals.
    package let method: String
    /// The path, as sent, without the query.
    package let path: String
    /// The query without its question mark; `nil` where there is none.
    package let query: String?
    /// The `Content-Type` header field, if sent.
    package let contentType: String?
    /// The `Authorization` header field, if sent.
    package let authorization: String?
    /// The `Accept` header field, if sent.
    package let accept: String?
    /// The address the request came from, for the audit log.
    package let remoteAddress: String?
    /// What came after the head.
    package let body: Body

    /// What the caller sent after the head.
    package enum Body: Sendable {
        case bytes([UInt8])
        /// More than `maximumBodySize`; nothing of it was kept.
        case tooLarge
    }

    /// Makes a request of its parts.
    package init(
        method: String, path: String, query: String? = nil, contentType: String? = nil, authorization: String? = nil,
        accept: String? = nil, remoteAddress: String? = nil, body: Body = .bytes([])
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.contentType = contentType
        self.authorization = authorization
        self.accept = accept
        self.remoteAddress = remoteAddress
        self.body = body
    }

    /// The authentication scheme that `authorization` begins with (RFC 9110 §11.1), if it is a token of letters, digits and hyphens.
    var authorizationScheme: String? {
        let scheme = authorization?.prefix { $0 != " " } ?? ""
        let isToken = scheme.utf8.allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
            default: false
            }
        }
        return isToken && (1...32).contains(scheme.utf8.count) ? String(scheme) : nil
    }
}
