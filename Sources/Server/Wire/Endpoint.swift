/// A handler of requests, independent of the HTTP library. It never throws.
package protocol Endpoint: Sendable {
    /// The issuer whose page explains that a method is not allowed; `nil` means no page.
    var errorPages: String? { get }

    /// Answers a request of one of its route's methods.
    func respond(to request: EndpointRequest) async -> EndpointResponse

    /// Returns the page for a browser that opens the address of a form; `nil` for the usual error in JSON.
    func pageForOtherMethod(_ request: EndpointRequest) -> EndpointResponse?

    /// Returns the longest body to read, in bytes. An endpoint that takes files raises it, for callers that prove in the head who they are:
    /// an anonymous caller must not be able to fill the memory.
    ///
    /// Called on the event loop, and only for a body longer than `EndpointRequest.maximumBodySize`.
    ///
    /// - Parameter head: the request without its body.
    func bodyLimit(for head: EndpointRequest) -> Int
}

extension Endpoint {
    package var errorPages: String? { nil }

    package func pageForOtherMethod(_ request: EndpointRequest) -> EndpointResponse? { nil }

    package func bodyLimit(for head: EndpointRequest) -> Int { EndpointRequest.maximumBodySize }
}

/// A request as an endpoint sees it, independent of the HTTP library that received it.
package struct EndpointRequest: Sendable {
    /// The largest body that is read from everybody, in bytes.
    package static let maximumBodySize = 65_536
    /// The largest body that is read at all, in bytes: a key store of 1 MiB, six times the trust store of a Java installation, in base64 in
    /// JSON, or as it is in a form.
    package static let maximumFileBodySize = 1_572_864

    /// In upper case.
    package let method: String
    /// As sent, without the query.
    package let path: String
    /// Without the question mark.
    package let query: String?
    package let headers: HeaderFields
    /// The caller's address, for the audit log.
    package let remoteAddress: String?
    package let body: Body
    /// The parameters of the route's path by name, as sent.
    package var parameters: [String: String] = [:]

    package enum Body: Sendable {
        case bytes([UInt8])
        /// Longer than the limit in bytes; none of it was kept.
        case tooLarge(limit: Int)

        package var isEmpty: Bool { if case .bytes(let bytes) = self { bytes.isEmpty } else { false } }
    }

    package init(
        method: String, path: String, query: String? = nil, headers: HeaderFields = [:], remoteAddress: String? = nil,
        body: Body = .bytes([])
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.remoteAddress = remoteAddress
        self.body = body
    }

    /// Returns the body.
    ///
    /// - Throws: `OAuthError` `invalid_request` with the status 413.
    package func wholeBody() throws(OAuthError) -> [UInt8] {
        switch body {
        case .bytes(let bytes): return bytes
        case .tooLarge(let limit):
            throw OAuthError(.invalidRequest, "The request body is longer than \(limit) bytes.", status: 413)
        }
    }

    package var authorization: String? { headers["Authorization"] }

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

/// A response as an endpoint returns it, independent of the HTTP library.
package struct EndpointResponse: Sendable {
    package var status: Int
    /// Header fields besides `Content-Type` and `Content-Length`.
    package var headers: HeaderFields
    package var contentType: String
    package var body: [UInt8]

    package init(status: Int, headers: HeaderFields = [:], contentType: String, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.contentType = contentType
        self.body = body
    }

    package static func json(_ object: JSONObject, status: Int = 200, headers: HeaderFields) -> EndpointResponse {
        .json(object.rendered(), status: status, headers: headers)
    }

    /// Returns a response with JSON that is already rendered.
    package static func json(_ body: [UInt8], status: Int = 200, headers: HeaderFields) -> EndpointResponse {
        EndpointResponse(status: status, headers: headers, contentType: "application/json", body: body)
    }
}
