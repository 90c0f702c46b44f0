/// One endpoint: a request value in, a response value out. It knows no HTTP library and never throws.
package protocol Endpoint: Sendable {
    /// The methods it answers; others get 405.
    var methods: [String] { get }

    /// The issuer whose pages explain an error; `nil` names no page.
    var pagesOfErrors: String? { get }

    func respond(to request: EndpointRequest) async -> EndpointResponse
}

extension Endpoint {
    /// No page.
    package var pagesOfErrors: String? { nil }

    /// Answers, or refuses the method (RFC 9110 §15.5.6).
    package func response(to request: EndpointRequest) async -> EndpointResponse {
        guard methods.contains(request.method) else {
            let error = OAuthError(
                .invalidRequest,
                "This endpoint answers \(methods.joined(separator: " and ")) only; the request was "
                    + "\(SentCredentials.shown(request.method))."
                    + (methods == ["POST"] ? " Send the parameters in the body of a POST." : ""),
                status: 405)
            var response = error.response(issuer: pagesOfErrors)
            response.headers.append(.init("Allow", methods.joined(separator: ", ")))
            return response
        }
        return await respond(to: request)
    }
}
