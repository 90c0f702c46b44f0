/// The grant `client_credentials` (RFC 6749 §4.4): the client gets a token for itself.
struct ClientCredentialsGrant: Grant {
    private let requested: Scope?

    init(_ form: Form) throws(OAuthError) {
        requested = try Scope.requested(in: form)
    }

    func token(
        for client: AuthenticatedClient, from issuer: AccessTokenIssuer, at now: UnixTime
    ) async throws(OAuthError) -> AccessTokenIssuer.Issued {
        let scope = try Scope.granted(requested: requested, registered: client.record.scopes)
        return try issuer.issue(
            to: client.record, provenWith: client.proof.key, .clientCredentials, scope: scope, at: now)
    }
}
