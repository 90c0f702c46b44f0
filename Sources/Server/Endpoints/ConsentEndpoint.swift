/// `POST /oauth2/authorize/consent`: the form of the consent page.
struct ConsentEndpoint: Endpoint {
    let flow: AuthorizationFlow

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = flow.runtime.clock()
        do throws(Answered) {
            let (form, ticket, interaction) = try await flow.posted(request, at: now)
            do throws(OAuthError) {
                return try await respond(to: form, ticket, interaction)
            } catch {
                throw Answered(flow.deny(interaction, error))
            }
        } catch {
            return error.response
        }
    }

    func pageForOtherMethod(_ request: EndpointRequest) -> EndpointResponse? { flow.formExpected(request) }

    private func respond(
        to form: Form, _ ticket: String, _ interaction: AuthorizationFlow.Interaction
    ) async throws(OAuthError) -> EndpointResponse {
        // Whatever has changed since the page was shown, the authorization endpoint decides again.
        let again = PageResponder.redirect(to: flow.link(ticket))
        guard let signedIn = try await flow.sessions.current(interaction.request, at: interaction.now),
            try flow.isAuthenticated(signedIn, for: interaction)
        else { return again }
        do {
            try flow.protection.check(
                form, .consent, context: flow.consentContext(interaction, ticket: ticket, signedIn),
                in: interaction.request)
        } catch {
            return again
        }
        switch form.text("answer") {
        case "allow": break
        case "deny": return flow.deny(interaction, AuthorizationFlow.denied, hasSeenPage: true)
        default: return again
        }
        try await flow.give(interaction, signedIn)
        return try await flow.grant(interaction, to: signedIn)
    }
}
