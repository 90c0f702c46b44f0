import Administration

/// Who may use the admin API for a request: the client, and the person for whom it acts, if any.
package struct AdminCaller: Sendable {
    package let client: ClientID
    /// `nil` if the client acts for itself.
    package let person: UserRecord?
    package let mayWrite: Bool

    /// The actor in the change log.
    package var actor: Actor {
        if let person { .person(person.id, name: person.name, through: .api) } else { .client(client, through: .api) }
    }

    /// A person has the limits that they have in the console.
    var asker: Asker { person.map { .person($0.id) } ?? .client(client) }
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
                headers: challenge(nil))
        }
        guard let token = try await tokens.verify(text, at: now), token.facts.audiences == [urls.adminAPI],
            token.client.isRegisteredByOperator, token.client.authenticationMethod == .privateKeyJWT
        else { throw invalidToken() }
        let scopes = token.facts.scope.tokens.compactMap(AdminScope.init)
        // Scopes that the client has lost since its token was issued no longer count.
        let granted = scopes.filter { token.client.scopes.contains($0.rawValue) }
        let mayWrite = granted.contains(.write)
        guard mayWrite || needs == .read && granted.contains(.read) else {
            throw Problem(
                .insufficientScope, "This needs the scope \(needs.rawValue).",
                facts: ["scope": .string(needs.rawValue)],
                headers: challenge("insufficient_scope", scope: needs))
        }
        guard let grant = token.grant else {
            return AdminCaller(client: token.client.id, person: nil, mayWrite: mayWrite)
        }
        guard let person = try await users.user(grant.user), person.isEnabled else { throw invalidToken() }
        let groups = person.adminGroups
        guard groups.contains(.admin) || needs == .read && groups.contains(.viewer) else {
            let wanted = needs == .read ? "admin or viewer" : "admin"
            throw Problem(
                .notPermitted, "The person must be in the group \(wanted).",
                headers: challenge("insufficient_scope", scope: needs))
        }
        return AdminCaller(
            client: token.client.id, person: person, mayWrite: mayWrite && groups.contains(.admin))
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
            throw Problem(.invalidRequest, error.description, headers: challenge("invalid_request"))
        }
    }

    private func invalidToken() -> Problem {
        Problem(
            .invalidToken,
            "The access token has expired, was revoked, is not one of this server, or is not for this API: ask for one with "
                + "resource=\(urls.adminAPI).", headers: challenge("invalid_token"))
    }

    /// RFC 6750 §3. Without a token there is no error code (§3.1).
    private func challenge(_ error: String?, scope: AdminScope? = nil) -> HeaderFields {
        let error = error.map { ", error=\"\($0)\"" } ?? ""
        let scope = scope.map { ", scope=\"\($0.rawValue)\"" } ?? ""
        return ["WWW-Authenticate": "Bearer realm=\"\(urls.adminAPI)\"\(error)\(scope)"]
    }
}
