import Countersign
import Store

/// A request for an access token by one `grant_type` (RFC 6749 §1.3), read from a form and checked as far as that needs no client.
///
/// A further grant is a type that conforms, a case of `GrantType`, and its line in the table below.
protocol Grant: Sendable {
    /// - Throws: `OAuthError` for a parameter that is missing or wrong. The client's assertion is not used up then.
    init(_ form: Form) throws(OAuthError)

    /// Decides what an authenticated client gets, and issues it.
    func token(
        for client: AuthenticatedClient, from issuer: AccessTokenIssuer, at now: UnixTime
    ) async throws(OAuthError) -> AccessTokenIssuer.Issued
}

extension GrantType {
    /// The table of grants.
    var request: any Grant.Type {
        switch self {
        case .clientCredentials: ClientCredentialsGrant.self
        }
    }
}
