/// `GET /oauth2/jwks`: the public keys that the server's tokens are verified with (RFC 7517 §5).
struct KeySetEndpoint: Endpoint {
    private let ring: SigningKeyRing

    init(_ ring: SigningKeyRing) {
        self.ring = ring
    }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        EndpointResponse(
            status: 200, headers: .cacheable, contentType: "application/jwk-set+json", body: ring.current.document)
    }
}
