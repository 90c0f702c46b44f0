/// `/oauth2/authorize` (RFC 6749 §3.1): refuses every `response_type`, because no grant that involves a user is offered yet.
///
/// It exists for client libraries that refuse metadata without `authorization_endpoint`, whichever grant they use. It never redirects:
/// no redirect URI is registered, and RFC 6749 §4.1.2.1 forbids sending the browser to one that is not.
struct AuthorizationEndpoint: Endpoint {
    /// The issuer identifier, below which the error pages are served.
    let issuer: String

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        Self.refusal.response(issuer: issuer)
    }

    static let refusal = OAuthError(
        .unsupportedResponseType,
        "This server issues tokens to clients only, with the grant client_credentials at the token endpoint.")
}
