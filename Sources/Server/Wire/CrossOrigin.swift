/// An endpoint that scripts of other sites may call (Fetch standard §3.3), as public clients in browsers do. No cookie is involved, so
/// every origin is allowed.
struct CrossOrigin: Endpoint {
    let endpoint: any Endpoint
    /// Whether the response is for one caller and not cached. It then has the header field only if a browser asks for it.
    let isPrivate: Bool

    var errorPages: String? { endpoint.errorPages }

    func bodyLimit(for head: EndpointRequest) -> Int { endpoint.bodyLimit(for: head) }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        var response = await endpoint.respond(to: request)
        guard !isPrivate || request.headers["Origin"] != nil else { return response }
        response.headers.append("Access-Control-Allow-Origin", "*")
        if isPrivate { response.headers.append("Access-Control-Expose-Headers", "WWW-Authenticate") }
        return response
    }

    /// Returns a route with its preflight.
    static func routes(
        _ methods: [String], _ path: String, _ endpoint: any Endpoint, isPrivate: Bool
    ) -> [Route] {
        [
            Route(methods, path, CrossOrigin(endpoint: endpoint, isPrivate: isPrivate)),
            Route([Route.preflight], path, Preflight(methods: methods)),
        ]
    }

    /// The answer to a preflight request.
    private struct Preflight: Endpoint {
        let methods: [String]

        func respond(to request: EndpointRequest) async -> EndpointResponse {
            EndpointResponse(
                status: 204,
                headers: [
                    "Access-Control-Allow-Origin": "*",
                    "Access-Control-Allow-Methods": methods.joined(separator: ", "),
                    "Access-Control-Allow-Headers": "Authorization, Content-Type",
                    "Access-Control-Max-Age": "7200",
                ], contentType: "text/plain", body: [])
        }
    }
}
