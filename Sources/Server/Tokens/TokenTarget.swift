/// The target of a token: the requested resources (RFC 8707), or the server's default audience.
struct TokenTarget: Sendable, Equatable {
    /// `aud`; empty means the default.
    let audiences: [String]
    /// The scope tokens that the resources know; `nil` means all except those of the admin API.
    let scopes: Set<String>?
    /// `nil` means the client's.
    let format: AccessTokenFormat?
    /// `nil` means the client's.
    let lifetime: Duration?

    /// The server's default audience.
    static let `default` = TokenTarget(audiences: [], scopes: nil, format: nil, lifetime: nil)

    /// Returns the part of a scope that the resources know.
    func limited(_ scope: Scope) -> Scope {
        guard let scopes else {
            return scope.tokens.contains(where: AdminScope.isReserved)
                ? Scope(tokens: AdminScope.removed(from: scope.tokens)) : scope
        }
        return Scope(tokens: scope.tokens.filter(scopes.contains))
    }
}
