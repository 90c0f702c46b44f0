/// `/oauth2/authorize` (RFC 6749 §3.1, OpenID Connect Core §3.1.2): sends a person back to the client with a code, after they have signed
/// in and consented if that is due.
struct AuthorizationEndpoint: Endpoint {
    let flow: AuthorizationFlow

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = flow.runtime.clock()
        do throws(Answered) {
            return request.method == "POST" ? try await post(request, at: now) : try await get(request, at: now)
        } catch {
            return error.response
        }
    }

    /// OpenID Connect Core §3.1.2.1: the parameters may be posted. A browser sends no `SameSite=Lax` cookie with a post from another site,
    /// so the request goes on with a GET, which carries it.
    private func post(_ request: EndpointRequest, at now: UnixTime) async throws(Answered) -> EndpointResponse {
        let form: Form
        do throws(OAuthError) {
            form = try Form(of: request, keepsFirst: true)
        } catch {
            throw Answered(flow.refusal(error, to: request, at: now))
        }
        // A ticket has each parameter once, so a request that repeats one is refused here.
        if let refused = await flow.refusal(ofRepeatedIn: form, of: request, at: now) { return refused }
        do throws(OAuthError) {
            let ticket = try AuthorizationTicket(form, begunAt: now)
            guard let sealed = ticket.sealed(by: flow.tickets) else { throw AuthorizationFlow.noKey }
            return PageResponder.redirect(to: flow.link(sealed))
        } catch {
            throw Answered(flow.refusal(error, to: request, at: now))
        }
    }

    private func get(_ request: EndpointRequest, at now: UnixTime) async throws(Answered) -> EndpointResponse {
        let (form, ticket) = try parameters(of: request, at: now)
        let interaction = try await flow.interaction(form, ticket, of: request, at: now)
        do throws(OAuthError) {
            return try await next(interaction)
        } catch {
            throw Answered(flow.deny(interaction, error))
        }
    }

    /// - Returns: the parameters of the query, or of the ticket that it has instead.
    private func parameters(
        of request: EndpointRequest, at now: UnixTime
    ) throws(Answered) -> (Form, AuthorizationTicket?) {
        let query: Form
        do {
            query = try Form(parsing: (request.query ?? "").utf8, keepsFirst: true)
        } catch {
            throw Answered(flow.refusal(OAuthError(.invalidRequest, error.message), to: request, at: now))
        }
        guard let sealed = query.text(AuthorizationFlow.ticketField) else { return (query, nil) }
        if let name = query.repeated.first {
            throw Answered(flow.refusal(.sentTwice(name), to: request, at: now))
        }
        guard let ticket = AuthorizationTicket(opening: sealed, by: flow.tickets, at: now) else {
            throw Answered(flow.expired(request, at: now))
        }
        return (ticket.form, ticket)
    }

    private func next(_ interaction: AuthorizationFlow.Interaction) async throws(OAuthError) -> EndpointResponse {
        let signedIn = try await flow.sessions.current(interaction.request, at: interaction.now)
        guard try flow.isAuthenticated(signedIn, for: interaction), let signedIn else {
            // The answer did not satisfy the request, so it is dropped.
            let ticket = try flow.ticket(of: interaction, answer: nil)
            return flow.signInPage(interaction, ticket: ticket, signedIn: signedIn)
        }
        let ticket = try flow.ticket(of: interaction, answer: interaction.answer)
        switch try await flow.consentDecision(interaction, of: signedIn) {
        case .grant: return try await flow.grant(interaction, to: signedIn)
        case .consent: return flow.consentPage(interaction, ticket: ticket, signedIn)
        case .refuse(let error): throw error
        case .signIn: return flow.signInPage(interaction, ticket: ticket, signedIn: signedIn)
        }
    }
}
