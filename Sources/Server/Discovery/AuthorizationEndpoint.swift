/// `/oauth2/authorize` (RFC 6749 §3.1): refuses every `response_type`, because no grant that needs a person is offered yet.
///
/// It exists for client libraries that refuse metadata without `authorization_endpoint`, whichever grant they use. It never redirects:
/// no redirect URI is registered, and RFC 6749 §4.1.2.1 forbids sending the browser to one that is not.
package struct AuthorizationEndpoint: Endpoint {
    private let issuer: String

    /// - Parameter issuer: the issuer identifier, below which the error pages are served.
    package init(issuer: String) {
        self.issuer = issuer
    }

    /// The methods this endpoint answers.
    package var methods: [String] { ["GET", "POST"] }

    /// Answers one request.
    package func respond(to request: EndpointRequest) async -> EndpointResponse {
        Self.refusal.response(issuer: issuer)
    }

    static let refusal = OAuthError(
        .unsupportedResponseType,
        "This server issues tokens to clients only, with the grant client_credentials at the token endpoint.")
}
