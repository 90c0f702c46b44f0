/// `GET /oauth2/jwks`: the public keys that access tokens are verified with (RFC 7517 §5), rendered once.
struct KeySetEndpoint: Endpoint {
    private let response: EndpointResponse

    init(_ keys: JWKSet) {
        response = EndpointResponse(
            status: 200, headers: .cacheable, contentType: "application/jwk-set+json", body: Array(keys.render().utf8))
    }

    func respond(to request: EndpointRequest) async -> EndpointResponse { response }
}
