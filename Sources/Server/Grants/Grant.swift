/// A token request with one `grant_type` (RFC 6749 §1.3), parsed from a form and checked as far as possible without the client. To add
/// a grant, add a conforming type, a case of `GrantType`, and a line in the table below.
protocol Grant: Sendable {
    /// - Throws: `OAuthError` for a missing or invalid parameter, without consuming the client's assertion.
    init(_ form: Form) throws(OAuthError)

    /// Issues the tokens that a client gets.
    func tokens(
        for client: AuthenticatedClient, from services: TokenServices, at now: UnixTime
    ) async throws(OAuthError) -> TokenResponse
}

extension GrantType {
    /// The type that handles the grant.
    var request: any Grant.Type {
        switch self {
        case .authorizationCode: AuthorizationCodeGrant.self
        case .refreshToken: RefreshTokenGrant.self
        case .clientCredentials: ClientCredentialsGrant.self
        }
    }

    /// Whether clients that cannot authenticate may use it; RFC 6749 §4.4 forbids it for `client_credentials`.
    var allowsPublicClients: Bool {
        switch self {
        case .authorizationCode, .refreshToken: true
        case .clientCredentials: false
        }
    }
}
