/// `POST /oauth2/authorize/sign-in`: the form of the sign-in page.
struct SignInEndpoint: Endpoint {
    let flow: AuthorizationFlow
    let signIn: SignIn

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = flow.runtime.clock()
        do throws(Answered) {
            let (form, ticket, interaction) = try await flow.posted(request, at: now)
            return try await respond(to: form, ticket, interaction)
        } catch {
            return error.response
        }
    }

    func pageForOtherMethod(_ request: EndpointRequest) -> EndpointResponse? { flow.formExpected(request) }

    private func respond(
        to form: Form, _ ticket: String, _ interaction: AuthorizationFlow.Interaction
    ) async throws(Answered) -> EndpointResponse {
        let (request, name) = (interaction.request, form.text("user"))
        func page(_ failure: SignInPage.Failure) -> EndpointResponse {
            flow.signInPage(interaction, ticket: ticket, name: name, failure: failure, signedIn: nil)
        }
        do {
            try flow.protection.check(form, .signIn, context: [ticket], in: request)
        } catch {
            return page(.expired)
        }
        guard form.text("answer") != "deny" else {
            return flow.deny(interaction, AuthorizationFlow.denied, hasSeenPage: true)
        }
        do throws(OAuthError) {
            let result = try await signIn.signIn(
                name: name ?? "", password: form.text("password") ?? "", in: request, at: interaction.now)
            switch result {
            // The browser goes on with a GET, so that reloading the next page does not send the password again.
            case .signedIn(let signedIn, let cookies):
                let answered = try flow.ticket(
                    of: interaction, answer: AuthorizationTicket.Answer(signedIn.session))
                return PageResponder.redirect(to: flow.link(answered), cookies: cookies)
            case .failed(let failure): return page(failure)
            }
        } catch {
            return flow.deny(interaction, error, hasSeenPage: true)
        }
    }
}
