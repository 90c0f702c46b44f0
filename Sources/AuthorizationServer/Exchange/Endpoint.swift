/// One endpoint: a request value in, a response value out. It knows no HTTP library and never throws.
public protocol Endpoint: Sendable {
    /// The methods it answers; others get 405.
    var methods: [String] { get }

    func respond(to request: EndpointRequest) async -> EndpointResponse
}

extension Endpoint {
    /// Answers, or refuses the method (RFC 9110 §15.5.6).
    public func response(to request: EndpointRequest) async -> EndpointResponse {
        guard methods.contains(request.method) else {
            let allowed = methods.joined(separator: " and ")
            var response = OAuthError(.invalidRequest, "This endpoint answers \(allowed) only.", status: 405).response()
            response.headers.append(.init("Allow", methods.joined(separator: ", ")))
            return response
        }
        return await respond(to: request)
    }
}
