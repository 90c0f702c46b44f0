import CountersignClient
import HTTP

/// Step 5: what a client does with its tokens, and what a server must refuse.
extension Playground {
    func showUse(_ visit: Visit) -> EndpointResponse {
        guard let (_, walk) = visit.known, let tokens = walk.tokens else { return redirect(to: "/") }
        let query = try? Form(parsing: (visit.request.query ?? "").utf8)
        return page("use", use(of: walk, tokens, showing: query?.text("shown").flatMap { Int($0) }))
    }

    func use(_ visit: Visit) async -> EndpointResponse {
        guard let (id, walk) = visit.known, let tokens = walk.tokens else { return redirect(to: "/") }
        guard let use = visit.field("use").flatMap({ TokenUse(rawValue: $0) }),
            let request = try? request(for: use, tokens)
        else { return redirect(to: "/use") }
        let exchange = await send(request, use.title, use.lesson)
        var refreshed = use == .refresh ? exchange.answer?.tokens : nil
        if refreshed?.refresh == nil { refreshed?.refresh = tokens.refresh }
        var report: IDTokenReport?
        if let refreshed, let idToken = refreshed.id {
            let subject = walk.idToken?.decoded?.claims.string("sub")?.text
            report = await expectations(of: refreshed, nonce: nil, subject: subject).report(on: idToken, at: clock())
        }
        if refreshed?.id == nil { refreshed?.id = tokens.id }
        _ = walks.change(id) { [refreshed, report] walk in
            walk.append(exchange)
            if let refreshed { walk.tokens = refreshed }
            if let report { walk.idToken = report }
        }
        return redirect(to: "/use#answer")
    }

    func experiment(_ visit: Visit) async -> EndpointResponse {
        guard let (id, walk) = visit.known, walk.tokens != nil else { return redirect(to: "/") }
        guard let experiment = visit.field("experiment").flatMap({ Experiment(rawValue: $0) }),
            let first = walk.tokenRequest?.request, let request = try? request(for: experiment, like: first)
        else { return redirect(to: "/use") }
        let exchange = await send(request, experiment.title, experiment.lesson)
        _ = walks.change(id) { $0.append(exchange) }
        return redirect(to: "/use#answer")
    }

    /// OpenID Connect RP-Initiated Logout 1.0 §3: the browser is back from the server.
    func takeLogout(_ visit: Visit) -> EndpointResponse {
        guard let (id, walk) = visit.known, walk.tokens != nil else { return redirect(to: "/") }
        let state = (try? Form(parsing: (visit.request.query ?? "").utf8))?.text("state")
        guard state.map({ ExactString($0) }) == ExactString(walk.logoutState) else {
            return message(
                "This response does not belong to the logout request",
                "state is not that of this walk, so this is not the answer to its request to log out.", status: 400)
        }
        _ = walks.change(id) { $0.isSignedOut = true }
        return redirect(to: "/use")
    }

    /// The URL at which the person signs out of the server.
    func logoutURL(_ walk: Walk, _ tokens: Walk.Tokens) -> String? {
        guard let endpoint = server.endSession, let idToken = tokens.id else { return nil }
        let query = FormWriter.encoded([
            ("id_token_hint", idToken), ("client_id", client.id.text),
            ("post_logout_redirect_uri", origin.signedOutURI), ("state", walk.logoutState),
        ])
        return endpoint.text + "?" + query
    }

    /// - Returns: `nil` if the server lacks the endpoint or the token is missing.
    func request(for use: TokenUse, _ tokens: Walk.Tokens) throws(TokenClientError) -> SentRequest? {
        switch use {
        case .userInfo: server.userInfo.map { SentRequest(method: "GET", address: $0, bearer: tokens.access) }
        case .refresh:
            try tokens.refresh.map { token throws(TokenClientError) in
                try signed([("grant_type", "refresh_token"), ("refresh_token", token)], to: server.token)
            }
        case .introspectAccess: try aboutToken(tokens.access, "access_token", at: server.introspection)
        case .introspectRefresh: try aboutToken(tokens.refresh, "refresh_token", at: server.introspection)
        case .revokeAccess: try aboutToken(tokens.access, "access_token", at: server.revocation)
        case .revokeRefresh: try aboutToken(tokens.refresh, "refresh_token", at: server.revocation)
        }
    }

    private func aboutToken(
        _ token: String?, _ hint: String, at endpoint: ServerAddress?
    ) throws(TokenClientError) -> SentRequest? {
        guard let token, let endpoint else { return nil }
        return try signed([("token", token), ("token_type_hint", hint)], to: endpoint)
    }

    private func request(
        for experiment: Experiment, like first: SentRequest
    ) throws(TokenClientError) -> SentRequest {
        guard experiment != .replay else { return first }
        let parameters = first.parameters.filter { !$0.name.hasPrefix("client_assertion") }
        return try signed(parameters, to: first.address, spoiledBy: experiment)
    }
}

/// A request that a client makes with its tokens.
enum TokenUse: String, CaseIterable {
    case userInfo = "userinfo"
    case refresh
    case introspectAccess = "introspect-access"
    case introspectRefresh = "introspect-refresh"
    case revokeAccess = "revoke-access"
    case revokeRefresh = "revoke-refresh"

    /// The button.
    var title: String {
        switch self {
        case .userInfo: "Call UserInfo"
        case .refresh: "Refresh"
        case .introspectAccess: "Introspect the access token"
        case .introspectRefresh: "Introspect the refresh token"
        case .revokeAccess: "Revoke the access token"
        case .revokeRefresh: "Revoke the refresh token"
        }
    }

    var lesson: String {
        switch self {
        case .userInfo:
            "The access token opens the server's own API about the person (OpenID Connect Core §5.3). No assertion is needed: whoever "
                + "has the token may call it."
        case .refresh:
            "The refresh token gives new tokens without the person (RFC 6749 §6). The client proves itself with a new assertion, so a stolen "
                + "refresh token alone is worth nothing."
        case .introspectAccess, .introspectRefresh:
            "An API asks the server whether a token is active and what it allows (RFC 7662). A server answers active: false about tokens that "
                + "are not the caller's business."
        case .revokeAccess: "The token ends before it expires (RFC 7009). The answer is 200 for unknown tokens too."
        case .revokeRefresh:
            "The refresh token ends, and with it the access tokens of the same grant (RFC 7009 §2.1)."
        }
    }
}
