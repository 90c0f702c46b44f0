/// A request for an access token by one `grant_type` (RFC 6749 §1.3), parsed from a form and checked as far as possible without the
/// client. To add a grant, add a conforming type, a case of `GrantType`, and a line in the table below.
protocol Grant: Sendable {
    /// - Throws: `OAuthError` for a missing or invalid parameter, without consuming the client's assertion.
    init(_ form: Form) throws(OAuthError)

    /// Issues the token that an authenticated client gets.
    func token(
        for client: AuthenticatedClient, from issuer: AccessTokenIssuer, at now: UnixTime
    ) async throws(OAuthError) -> AccessTokenIssuer.Issued
}

extension GrantType {
    /// The type that handles the grant.
    var request: any Grant.Type {
        switch self {
        case .clientCredentials: ClientCredentialsGrant.self
        }
    }
}
