/// A URL's handler: a request value in, a response value out. It knows no HTTP library and never throws.
package protocol Endpoint: Sendable {
    /// The issuer whose page explains an error in the method; `nil` names no page.
    var errorPages: String? { get }

    /// Answers a request of one of its route's methods.
    func respond(to request: EndpointRequest) async -> EndpointResponse
}

extension Endpoint {
    package var errorPages: String? { nil }
}

/// The requests that one endpoint answers.
package struct Route: Sendable {
    /// The methods of a document that is only read.
    package static let read = ["GET", "HEAD"]

    let methods: [String]
    /// Compared as it is sent: no decoding, no slash more or less. A segment in braces is a parameter: `/errors/{code}`.
    let path: String
    let endpoint: any Endpoint

    package init(_ methods: [String], _ path: String, _ endpoint: any Endpoint) {
        self.methods = methods
        self.path = path
        self.endpoint = endpoint
    }
}
