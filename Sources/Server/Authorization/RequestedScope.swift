/// `scope` of an authorization request (RFC 6749 §3.3): what the client is registered for, or a part of it.
enum RequestedScope {
    /// OpenID Connect Core §11.
    private static let offlineAccess = "offline_access"

    /// - Parameter isForAdminAPI: whether the token is for the admin API, the only resource with its scopes.
    static func check(
        _ form: Form, for client: ClientRecord, isForAdminAPI: Bool
    ) throws(OAuthError) -> [String] {
        let registered = isForAdminAPI ? client.scopes : AdminScope.removed(from: client.scopes)
        guard let requested = try Scope.requested(in: form)?.tokens, !requested.isEmpty else { return registered }
        // Whether there are refresh tokens depends on the registration, so for others this scope has no meaning and is ignored (§11).
        let known = registered + [offlineAccess]
        let refused = requested.filter { !known.contains($0) }
        // RFC 6749 §3.3: a part of the scope may be ignored. Agents ask for all scopes of the metadata, also those about people; a client
        // that asks for nothing else is told what it is not registered for.
        let asksForMore = requested.contains { registered.contains($0) && !Scope.aboutPeople.contains($0) }
        guard refused.isEmpty || asksForMore && refused.allSatisfy(Scope.aboutPeople.contains) else {
            throw OAuthError(.invalidScope, Scope.refusal(of: refused, registered: registered))
        }
        return requested.filter {
            $0 == offlineAccess ? client.grants.contains(.refreshToken) : registered.contains($0)
        }
    }
}
