import CountersignClient
import HTTP

/// Steps 1 and 2: the authorization request, and the browser's return.
extension Playground {
    func showPreparation(_ visit: Visit) -> EndpointResponse {
        if let (_, walk) = visit.known { return page("prepare", preparation(of: walk)) }
        let walk = Walk(scope: scope)
        return page("prepare", preparation(of: walk), cookies: [cookieField(walks.begin(walk))])
    }

    func startAgain(_ visit: Visit) -> EndpointResponse {
        redirect(to: "/", cookies: [cookieField(walks.begin(Walk(scope: visit.known?.walk.request.scope ?? scope)))])
    }

    /// Changes what is asked for. The request is a new one, with new values of `state`, `nonce` and the verifier.
    func prepare(_ visit: Visit) -> EndpointResponse {
        let typed = visit.field("scope") ?? ""
        let prompt = visit.field("prompt") ?? ""
        var walk = Walk(scope: typed)
        guard let parsed = Scope(parsing: typed), parsed.tokens.contains("openid"), typed.utf8.count <= 1000 else {
            let problem =
                Scope(parsing: typed) == nil
                ? "A scope has letters, digits and signs, separated by single spaces."
                : "Without openid there is no ID token. Add it."
            return page("prepare", preparation(of: walk, problem: problem), status: 400)
        }
        walk.request.prompt = AuthorizationRequest.prompts.contains(prompt) ? prompt : ""
        return redirect(to: "/", cookies: [cookieField(walks.begin(walk))])
    }

    /// Takes the answer from the browser, and removes the code from its address bar.
    func takeAnswer(_ visit: Visit) -> EndpointResponse {
        guard let (id, walk) = visit.known else {
            return message(
                "This browser did not begin a sign-in here",
                "An answer of the server arrived, but this browser has no walk that it belongs to. Begin at the first step.",
                status: 400)
        }
        let callback = Callback(visit.request.query ?? "", to: walk.request, of: server, at: clock())
        guard callback.belongs else {
            var context = frame(of: walk, step: 2)
            context["title"] = "The answer does not belong to this sign-in"
            context["text"] =
                "state is not the one that this browser sent, so another site may have opened this address. "
                + "The code was not used. A walk that was begun again has another state."
            context["checks"] = callback.checks.rows
            return page("message", context, status: 400)
        }
        guard walk.callback == nil else { return redirect(to: "/exchange") }
        _ = walks.change(id) { walk in
            walk.callback = callback
            walk.pending = callback.code.flatMap { try? self.tokenRequest(for: $0, walk) }
        }
        return redirect(to: "/exchange")
    }

    func tokenRequest(for code: String, _ walk: Walk) throws(TokenClientError) -> SentRequest {
        try signed(
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", origin.redirectURI),
                ("code_verifier", walk.request.verifier),
            ], to: server.token)
    }
}
