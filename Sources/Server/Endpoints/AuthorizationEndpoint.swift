/// `/oauth2/authorize` (RFC 6749 §3.1): refuses every `response_type`, because no grant that involves a user is offered yet.
///
/// It exists for client libraries that refuse metadata without `authorization_endpoint`, whichever grant they use. It never redirects:
/// RFC 6749 §4.1.2.1 forbids redirects to an unregistered URI, and no redirect URI is registered.
struct AuthorizationEndpoint: Endpoint {
    let issuer: String

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        Self.refusal.response(issuer: issuer)
    }

    static let refusal = OAuthError(
        .unsupportedResponseType,
        "This server issues tokens to clients only, with the grant client_credentials at the token endpoint.")
}
