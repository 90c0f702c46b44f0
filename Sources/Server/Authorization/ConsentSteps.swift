/// The decisions about a request that read or write the store.
extension AuthorizationFlow {
    /// The maximum delay of `usedAt` of a consent.
    private static let consentUseInterval: Duration = .seconds(3600)

    /// Opens the ticket of a form that a page has posted, and checks its request again: the client may have changed meanwhile.
    func posted(
        _ request: EndpointRequest, at now: UnixTime
    ) async throws(Answered) -> (form: Form, ticket: String, Interaction) {
        let form: Form
        do throws(OAuthError) {
            form = try Form(of: request)
        } catch {
            throw Answered(refusal(error, to: request, at: now))
        }
        guard let sealed = form.text(Self.ticketField),
            let ticket = AuthorizationTicket(opening: sealed, by: tickets, at: now)
        else { throw Answered(expired(request, at: now)) }
        return (form, sealed, try await interaction(ticket.form, ticket, of: request, at: now))
    }

    /// Returns whether the right person has signed in recently enough.
    ///
    /// - Throws: `OAuthError` for the client if no page can change that.
    func isAuthenticated(_ signedIn: SignedInUser?, for interaction: Interaction) throws(OAuthError) -> Bool {
        let request = interaction.authorization
        let decision = AuthorizationDecision.authentication(
            for: request, of: signedIn,
            subject: signedIn.map { rules.idTokens.subject(of: $0.user.id, for: request.client) },
            answer: interaction.answer, at: interaction.now)
        switch decision {
        case .grant: return true
        case .signIn, .consent: return false
        case .refuse(let error): throw error
        }
    }

    func consentDecision(
        _ interaction: Interaction, of signedIn: SignedInUser
    ) async throws(OAuthError) -> AuthorizationDecision {
        let request = interaction.authorization
        guard !request.client.signIn.skipsConsent else { return .grant }
        let consent: ConsentRecord?
        do {
            consent = try await consents.consent(of: signedIn.user.id, to: request.client.id)
        } catch {
            throw runtime.unavailable(error)
        }
        let decision = AuthorizationDecision.consent(for: request, consent)
        if case .grant = decision, let consent, consent.usedAt + Self.consentUseInterval <= interaction.now {
            // Only the person's own page shows it.
            try? await consents.touch(user: signedIn.user.id, client: request.client.id, at: interaction.now)
        }
        return decision
    }

    /// What the consent page shows and its answer must match: a client can change while the person reads.
    ///
    /// - Parameter ticket: sealed.
    func consentContext(_ interaction: Interaction, ticket: String, _ signedIn: SignedInUser) -> [String] {
        let request = interaction.authorization
        return [
            signedIn.session.id, ticket, request.destination.redirectURI,
            request.destination.presentation(at: urls).name,
            request.consentScopes.joined(separator: " "), request.resourceURIs.joined(separator: " "),
        ]
    }

    /// Remembers what a person has allowed.
    func give(_ interaction: Interaction, _ signedIn: SignedInUser) async throws(OAuthError) {
        let request = interaction.authorization
        do throws(StoreError) {
            try await consents.give(
                ConsentRecord(
                    user: signedIn.user.id, client: request.client.id, scopes: request.consentScopes.sorted(),
                    resources: request.resourceURIs.sorted(), givenAt: interaction.now))
        } catch {
            if case .notFound = error { throw OAuthError(.loginRequired, "The session has ended.") }
            throw runtime.unavailable(error)
        }
    }
}
