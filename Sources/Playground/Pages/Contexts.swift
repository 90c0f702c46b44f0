import CountersignClient
import HTTP
import Pages

/// The values that templates show.
extension Playground {
    private static let steps = [
        ("Prepare", "/"), ("Sign in and consent", "/exchange"), ("Exchange the code", "/exchange"),
        ("Read the ID token", "/id-token"), ("Use, refresh, revoke", "/use"),
    ]

    /// What every page shows.
    ///
    /// - Parameter step: 1 to 5.
    func frame(of walk: Walk?, step: Int) -> [String: Any] {
        let reached = walk?.tokens != nil ? 5 : walk?.callback != nil ? 3 : 1
        let how =
            switch client.registration {
            case .given: "It uses the registered client"
            case .overHTTP: "It registered itself over HTTP as"
            case .inStore: "It was added to the server's store as"
            }
        return [
            "issuer": server.issuer, "host": server.host, "client_id": ShownText.of(client.id.text), "how": how,
            "steps": Self.steps.enumerated().map { index, entry -> [String: Any] in
                let number = index + 1
                return [
                    "name": entry.0, "link": entry.1, "is_current": number == step,
                    "is_done": number != step && number < reached, "is_open": number != step && number == reached,
                    "is_ahead": number != step && number > reached,
                ]
            },
        ]
    }

    /// A page that says one thing.
    func message(_ title: String, _ text: String, status: Int = 200) -> EndpointResponse {
        page("message", frame(of: nil, step: 1).merging(["title": title, "text": text]) { $1 }, status: status)
    }

    func preparation(of walk: Walk, problem: String? = nil) -> [String: Any] {
        let request = walk.request
        var context = frame(of: walk, step: 1)
        context["title"] = "Step 1 of 5: prepare the request"
        context["url"] = request.url(to: server.authorization, clientID: client.id, redirectURI: origin.redirectURI)
        context["endpoint"] = server.authorization.text
        context["parameters"] = request.parameters(clientID: client.id, redirectURI: origin.redirectURI).map {
            ["name": $0.name, "value": ShownText.of($0.value, limit: 400), "meaning": Self.meaning(of: $0.name)]
        }
        context["verifier"] = request.verifier
        context["scope"] = request.scope
        context["scopes"] = ShownText.of(server.scopes.joined(separator: " "), limit: 400)
        context["has_scopes"] = !server.scopes.isEmpty
        context["prompts"] = AuthorizationRequest.prompts.map { prompt -> [String: Any] in
            [
                "value": prompt, "name": prompt.isEmpty ? "As the server decides" : prompt,
                "is_chosen": prompt == request.prompt,
            ]
        }
        if let problem { context["problem"] = problem }
        return context
    }

    func exchange(of walk: Walk, _ callback: Callback) -> [String: Any] {
        var context = frame(of: walk, step: 3)
        context["title"] = "Step 3 of 5: exchange the code for tokens"
        context["returned"] = ["checks": callback.checks.rows]
        if let error = callback.error {
            context["error"] = [
                "code": ShownText.of(error.code), "text": ShownText.of(error.description ?? "", limit: 400),
            ]
        }
        if let pending = walk.pending {
            context["pending"] = sent(pending)
            if let token = pending.assertion, let decoded = DecodedToken(token) {
                context["jwt"] = decoded.context(
                    token, as: .assertion, "assertion", "The client assertion", at: clock())
            }
        } else if let sent = walk.tokenRequest {
            context["sent"] = self.context(of: sent)
        }
        return context
    }

    func idToken(of walk: Walk, _ tokens: Walk.Tokens, _ exchange: Exchange) -> [String: Any] {
        var context = frame(of: walk, step: 4)
        context["title"] = "Step 4 of 5: read the ID token"
        context["sent"] = self.context(of: exchange)
        if let report = walk.idToken {
            context["report"] = report.context(at: clock())
        }
        if let access = DecodedToken(tokens.access) {
            context["access"] = [
                "jwt": access.context(tokens.access, as: .accessToken, "access", "The access token", at: clock())
            ]
        }
        return context
    }

    func use(of walk: Walk, _ tokens: Walk.Tokens, showing number: Int?) -> [String: Any] {
        var context = frame(of: walk, step: 5)
        context["title"] = "Step 5 of 5: use, refresh and revoke"
        context["uses"] = TokenUse.allCases.map { use -> [String: Any] in
            ["value": use.rawValue, "title": use.title, "is_missing": (try? request(for: use, tokens)) == nil]
        }
        context["has_refresh"] = tokens.refresh != nil
        context["experiments"] = Experiment.allCases.map { ["value": $0.rawValue, "title": $0.title] }
        if let url = logoutURL(walk, tokens) { context["logout"] = url }
        context["signed_out"] = walk.isSignedOut
        let newest = walk.dropped + walk.exchanges.count - 1
        let index = (number ?? newest) - walk.dropped
        if walk.exchanges.indices.contains(index) {
            context["sent"] = self.context(of: walk.exchanges[index])
            if walk.exchanges[index].title == TokenUse.refresh.title, index + walk.dropped == newest,
                let report = walk.idToken
            {
                context["report"] = report.context(at: clock())
            }
        }
        context["history"] = walk.exchanges.enumerated().reversed().map { position, exchange -> [String: Any] in
            [
                "number": position + walk.dropped, "title": exchange.title, "status": exchange.statusText,
                "is_ok": exchange.answer?.isSuccess ?? false, "is_shown": position == index,
            ]
        }
        context["has_history"] = !walk.exchanges.isEmpty
        return context
    }

    private static func meaning(of parameter: String) -> String {
        switch parameter {
        case "response_type": "The browser brings back a code, and never a token."
        case "client_id": "Who asks."
        case "redirect_uri": "Where the browser returns to. It must be registered, character for character."
        case "scope": "What is asked for. openid gives an ID token."
        case "state": "A random value of this browser: an answer without it was not asked for here."
        case "nonce":
            "A random value that returns in the ID token: one of another sign-in cannot be passed off as this one."
        case "code_challenge":
            "The SHA-256 digest of the verifier. Only the holder of the verifier can use the code (PKCE)."
        case "code_challenge_method": "How the challenge was made."
        case "prompt": "Whether the person is asked to sign in or to consent again."
        default: ""
        }
    }
}
