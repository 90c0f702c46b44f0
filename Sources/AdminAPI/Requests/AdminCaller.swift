import Administration

/// Who may use the admin API for a request: the client, and the person for whom it acts, if any.
package struct AdminCaller: Sendable {
    package let client: ClientID
    /// `nil` if the client acts for itself.
    package let person: UserRecord?
    /// Those of the token that the client still has.
    let scopes: Set<AdminScope>

    /// The actor in the change log.
    package var actor: Actor {
        if let person { .person(person.id, name: person.name, through: .api) } else { .client(client, through: .api) }
    }

    /// A person has the limits that they have in the console.
    var asker: Asker { person.map { .person($0.id) } ?? .client(client) }

    /// Checks that the scopes, and the groups of the person, allow something.
    ///
    /// - Parameters:
    ///   - need: the scope that it takes.
    ///   - reason: why, after "because"; `nil` if it goes without saying.
    /// - Throws: `Problem`.
    func require(_ need: AdminScope, because reason: String? = nil, _ urls: ServerURLs) throws(Problem) {
        let reason = reason.map { ", because \($0)" } ?? ""
        let challenge = BearerChallenge.fields("insufficient_scope", scope: need, urls)
        guard scopes.contains(.write) || need == .read && scopes.contains(.read) else {
            throw Problem(
                .insufficientScope, "This needs the scope \(need.rawValue)\(reason).",
                facts: ["scope": .string(need.rawValue)], headers: challenge)
        }
        guard let groups = person?.adminGroups else { return }
        guard groups.contains(.admin) || need == .read && groups.contains(.viewer) else {
            let wanted = need == .read ? "admin or viewer" : "admin"
            throw Problem(
                .notPermitted, "The person must be in the group \(wanted)\(reason).", headers: challenge)
        }
    }
}

/// `WWW-Authenticate` (RFC 6750 §3).
private enum BearerChallenge {
    /// - Parameter error: `nil` without a token (§3.1).
    static func fields(_ error: String?, scope: AdminScope? = nil, _ urls: ServerURLs) -> HeaderFields {
        let error = error.map { ", error=\"\($0)\"" } ?? ""
        let scope = scope.map { ", scope=\"\($0.rawValue)\"" } ?? ""
        return ["WWW-Authenticate": "Bearer realm=\"\(urls.adminAPI)\"\(error)\(scope)"]
    }
}

/// Checks the access token of a request (RFC 6750).
struct AdminAuthorizer: Sendable {
    let tokens: AccessTokenVerifier
    let users: any UserStore
    let urls: ServerURLs

    /// Returns who the caller is, if they may do this.
    ///
    /// The token must be for this API alone: the server issues no token with these scopes for anything else, and what another resource has
    /// been sent must not work here.
    ///
    /// - Throws: `Problem`, `OAuthError` `temporarily_unavailable`, `StoreError`.
    func caller(_ request: EndpointRequest, needs: AdminScope, at now: UnixTime) async throws -> AdminCaller {
        guard let text = try sent(request) else {
            throw Problem(
                .noToken,
                "Send an access token for the resource \(urls.adminAPI) in the header field Authorization: Bearer.",
                headers: BearerChallenge.fields(nil, urls))
        }
        guard let token = try await tokens.verify(text, at: now), token.facts.audiences == [urls.adminAPI],
            token.client.isRegisteredByOperator, token.client.authenticationMethod == .privateKeyJWT
        else { throw invalidToken() }
        let scopes = token.facts.scope.tokens.compactMap(AdminScope.init)
        // Scopes that the client has lost since its token was issued no longer count.
        let granted = Set(scopes.filter { token.client.scopes.contains($0.rawValue) })
        var person: UserRecord?
        if let grant = token.grant {
            guard let user = try await users.user(grant.user), user.isEnabled else { throw invalidToken() }
            person = user
        }
        let caller = AdminCaller(client: token.client.id, person: person, scopes: granted)
        try caller.require(needs, urls)
        return caller
    }

    /// Whether a request has an authentic token for this API with a scope, whose client and person may have been disabled since. It does not
    /// ask the store, so that it can be decided before the body is read.
    func hasAuthenticToken(_ request: EndpointRequest, for scope: AdminScope, at now: UnixTime) -> Bool {
        guard let text = try? sent(request), let facts = tokens.facts(of: text, at: now) else { return false }
        return facts.audiences == [urls.adminAPI] && facts.scope.tokens.contains(scope.rawValue)
    }

    private func sent(_ request: EndpointRequest) throws(Problem) -> String? {
        do throws(OAuthError) {
            return try BearerToken.sent(in: request, readsForm: false)
        } catch {
            throw Problem(.invalidRequest, error.description, headers: BearerChallenge.fields("invalid_request", urls))
        }
    }

    private func invalidToken() -> Problem {
        Problem(
            .invalidToken,
            "The access token has expired, was revoked, is not one of this server, or is not for this API: ask for one with "
                + "resource=\(urls.adminAPI).", headers: BearerChallenge.fields("invalid_token", urls))
    }
}
