import CountersignJOSE

/// `GET /oauth2/jwks`: the public keys that access tokens are verified with (RFC 7517 §5).
package struct KeySetEndpoint: Endpoint {
    private let response: EndpointResponse

    /// Renders the key set once.
    package init(_ keys: JWKSet) {
        response = EndpointResponse(
            status: 200, headers: [.cacheable], contentType: "application/jwk-set+json",
            body: Array(keys.render().utf8))
    }

    /// The methods this endpoint answers.
    package var methods: [String] { ["GET", "HEAD"] }

    /// Answers one request.
    package func respond(to request: EndpointRequest) async -> EndpointResponse { response }
}
