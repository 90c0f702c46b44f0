import CountersignClient
import HTTP

/// Steps 3 and 4: the code is exchanged for tokens, and the ID token is checked.
extension Playground {
    func showExchange(_ visit: Visit) -> EndpointResponse {
        guard let (_, walk) = visit.known, let callback = walk.callback else { return redirect(to: "/") }
        guard walk.tokens == nil else { return redirect(to: "/id-token") }
        return page("exchange", exchange(of: walk, callback))
    }

    func signAgain(_ visit: Visit) -> EndpointResponse {
        guard let (id, walk) = visit.known, let code = walk.callback?.code else { return redirect(to: "/") }
        // A sent request cannot be repeated: its code is used up.
        if walk.pending != nil, let request = try? tokenRequest(for: code, walk) {
            _ = walks.change(id) { if $0.pending != nil { $0.pending = request } }
        }
        return redirect(to: "/exchange")
    }

    func exchangeCode(_ visit: Visit) async -> EndpointResponse {
        guard let (id, walk) = visit.known else { return redirect(to: "/") }
        // Taken out first, so that a second click cannot send it again.
        let taken = walks.change(id) { walk in
            defer { walk.pending = nil }
            return walk.pending
        }
        guard let request = taken ?? nil else { return redirect(to: "/exchange") }
        let exchange = await send(
            request, "Exchange the code",
            "The server checks the assertion by its 24 rules, then that the code was issued to this client, for this "
                + "redirect URI and for this verifier, and that it is used for the first time.")
        let tokens = exchange.answer?.tokens
        var report: IDTokenReport?
        if let tokens, let idToken = tokens.id {
            report = await expectations(of: tokens, nonce: walk.request.nonce).report(on: idToken, at: clock())
        }
        _ = walks.change(id) { [report] walk in
            walk.tokenRequest = exchange
            walk.tokens = tokens
            walk.idToken = report
        }
        return redirect(to: tokens == nil ? "/exchange" : "/id-token")
    }

    func showIDToken(_ visit: Visit) -> EndpointResponse {
        guard let (_, walk) = visit.known, let tokens = walk.tokens, let exchange = walk.tokenRequest else {
            return redirect(to: "/")
        }
        return page("id_token", idToken(of: walk, tokens, exchange))
    }

    func expectations(
        of tokens: Walk.Tokens, nonce: String?, subject: String? = nil
    ) async -> IDTokenExpectations {
        IDTokenExpectations(
            issuer: server.issuer, clientID: client.id, algorithms: server.idTokenAlgorithms, nonce: nonce,
            accessToken: tokens.access, subject: subject, keys: await serverKeys())
    }
}

extension Answer {
    /// The tokens of a successful answer (RFC 6749 §5.1).
    var tokens: Walk.Tokens? {
        guard status == 200, let access = text("access_token") else { return nil }
        return Walk.Tokens(access: access, refresh: text("refresh_token"), id: text("id_token"))
    }
}
