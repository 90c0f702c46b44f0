/// A handler of requests, independent of the HTTP library. It never throws.
package protocol Endpoint: Sendable {
    /// The issuer whose page explains that a method is not allowed; `nil` means no page.
    var errorPages: String? { get }

    /// Answers a request of one of its route's methods.
    func respond(to request: EndpointRequest) async -> EndpointResponse

    /// Returns the page for a browser that opens the address of a form; `nil` for the usual error in JSON.
    func pageForOtherMethod(_ request: EndpointRequest) -> EndpointResponse?
}

extension Endpoint {
    package var errorPages: String? { nil }

    package func pageForOtherMethod(_ request: EndpointRequest) -> EndpointResponse? { nil }
}

/// A request as an endpoint sees it, independent of the HTTP library that received it.
package struct EndpointRequest: Sendable {
    /// The largest body any endpoint reads, in bytes.
    package static let maximumBodySize = 65_536

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
    package internal(set) var parameters: [String: String] = [:]

    package enum Body: Sendable {
        case bytes([UInt8])
        /// Longer than `maximumBodySize`; none of it was kept.
        case tooLarge

        var isEmpty: Bool { if case .bytes(let bytes) = self { bytes.isEmpty } else { false } }
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

    var authorization: String? { headers["Authorization"] }

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
