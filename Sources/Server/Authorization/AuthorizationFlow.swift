/// The steps of an authorization request, shared by its endpoints: checking it, showing the pages for sign-in and consent, and answering
/// the client.
struct AuthorizationFlow: Sendable {
    let urls: ServerURLs
    let clients: ClientResolver
    let rules: AuthorizationRules
    let sessions: Sessions
    let consents: any ConsentStore
    let grants: any AuthorizationGrantStore
    let protection: FormProtection
    let tickets: TicketSeal
    let pages: PageResponder
    let refusals: RefusalResponder
    let runtime: Runtime

    /// An authorization request in progress: the HTTP request and its checked parameters.
    struct Interaction: Sendable {
        let request: EndpointRequest
        let form: Form
        let authorization: AuthorizationRequest
        let begunAt: UnixTime
        let answer: AuthorizationTicket.Answer?
        let now: UnixTime

        var locales: String? { AuthorizationFlow.locales(of: request, form) }
    }

    /// Checks a request.
    ///
    /// - Parameters:
    ///   - form: with the names of repeated parameters.
    ///   - ticket: the ticket of a request that continues; `nil` for one that has just arrived.
    /// - Throws: `Answered` with the error, on a page or on its way to the client.
    func interaction(
        _ form: Form, _ ticket: AuthorizationTicket?, of request: EndpointRequest, at now: UnixTime
    ) async throws(Answered) -> Interaction {
        if let refused = await refusal(ofRepeatedIn: form, of: request, at: now) { throw Answered(refused) }
        let destination = try await destination(form, of: request, at: now)
        do throws(OAuthError) {
            let authorization = try await AuthorizationRequest(form, to: destination, rules)
            return Interaction(
                request: request, form: form, authorization: authorization, begunAt: ticket?.begunAt ?? now,
                answer: ticket?.answer, now: now)
        } catch {
            throw Answered(deny(error, form, to: destination, of: request, at: now))
        }
    }

    /// Refuses a request that repeats a parameter.
    ///
    /// - Returns: the error, on a page or on its way to the client; `nil` if no parameter is repeated.
    func refusal(
        ofRepeatedIn form: Form, of request: EndpointRequest, at now: UnixTime
    ) async -> EndpointResponse? {
        guard let name = form.repeated.first else { return nil }
        // Either value could be meant, so it is unknown where and how to answer.
        if let name = form.repeated.first(where: Self.answering.contains) {
            return refusal(.sentTwice(name), to: request, at: now)
        }
        do throws(Answered) {
            // RFC 6749 §4.1.2.1: `invalid_request` for the client.
            let destination = try await destination(form, of: request, at: now)
            return deny(.sentTwice(name), form, to: destination, of: request, at: now)
        } catch {
            return error.response
        }
    }

    /// The parameters that say where and how a request is answered.
    private static let answering = ["client_id", "redirect_uri", "response_mode", "state", ticketField]

    private func destination(
        _ form: Form, of request: EndpointRequest, at now: UnixTime
    ) async throws(Answered) -> ResponseDestination {
        var client: ClientRecord?
        do throws(OAuthError) {
            let found = try await RequestingClient.find(form, in: clients, runtime)
            client = found
            return try ResponseDestination(form, of: found)
        } catch {
            throw Answered(
                refusals.response(
                    error, to: request, form: form, of: client, isRegistered: client != nil,
                    locales: Self.locales(of: request, form), at: now))
        }
    }

    /// `ui_locales`: that of a link to another language, which is appended to a ticket, comes before that of the authorization request.
    private static func locales(of request: EndpointRequest, _ form: Form?) -> String? {
        let query = request.method == "GET" ? request.query.flatMap { try? Form(parsing: $0.utf8) } : nil
        return query?.text("ui_locales") ?? form?.text("ui_locales")
    }

    // MARK: Pages

    /// The page for a request that cannot be sent back to a client.
    func refusal(_ error: OAuthError, to request: EndpointRequest, at now: UnixTime) -> EndpointResponse {
        refusals.response(error, to: request, locales: Self.locales(of: request, nil), at: now)
    }

    /// The page for a ticket that cannot be opened: too old, or not of this server.
    func expired(_ request: EndpointRequest, at now: UnixTime) -> EndpointResponse {
        let error = OAuthError(
            .invalidRequest,
            "The page was open for more than \(AuthorizationTicket.lifetime.text), or its address was changed. Go back to the "
                + "application and begin again.")
        return refusals.response(error, .browser, to: request, locales: Self.locales(of: request, nil), at: now)
    }

    /// The page for a browser that reloads or opens the address of a form by GET, as from the address bar after a wrong password.
    ///
    /// - Returns: `nil` for other methods.
    func formExpected(_ request: EndpointRequest) -> EndpointResponse? {
        guard Route.read.contains(request.method) else { return nil }
        // Not recorded: any link leads here, and it says nothing about a client.
        let page = RefusalPage(
            cause: .formAddress,
            detail:
                "This is the address of a form, which only takes a POST. Go back to the application and begin again.",
            code: OAuthError.Code.invalidRequest.rawValue)
        return pages.response(.refusal(page), to: request, status: 405, locales: Self.locales(of: request, nil))
    }

    func signInPage(
        _ interaction: Interaction, ticket: String, name: String? = nil, failure: SignInPage.Failure? = nil,
        signedIn: SignedInUser?
    ) -> EndpointResponse {
        let request = interaction.authorization
        guard let protected = protection.protect(.signIn, context: [ticket], in: interaction.request) else {
            return refusal(Self.noKey, to: interaction.request, at: interaction.now)
        }
        // The one who selects an account may be another person.
        let shown = request.prompts.contains(.selectAccount) ? nil : signedIn?.user
        let page = SignInPage(
            client: request.destination.presentation(at: urls), action: urls.path + Self.signInPath,
            hidden: [HiddenField(Self.ticketField, ticket), protected.field],
            name: name ?? request.loginHint ?? shown?.name, failure: failure, signedInAs: shown?.displayName)
        var response = pages.response(
            .signIn(page), to: interaction.request, status: failure?.status ?? 200,
            locales: interaction.locales, link: failure == nil ? link(ticket) : nil,
            leadingTo: [request.destination.redirectURI], cookies: protected.cookies)
        // RFC 9110 §10.2.3: in seconds.
        if let wait = failure?.wait {
            response.headers.append("Retry-After", "\(max(1, wait.milliseconds / 1000))")
        }
        return response
    }

    func consentPage(_ interaction: Interaction, ticket: String, _ signedIn: SignedInUser) -> EndpointResponse {
        let request = interaction.authorization
        guard
            let protected = protection.protect(
                .consent, context: consentContext(interaction, ticket: ticket, signedIn), in: interaction.request),
            let other = try? AuthorizationTicket(
                interaction.form, to: request.destination, begunAt: interaction.now,
                prompt: request.promptsOfAnotherAccount
            ).sealed(by: tickets)
        else { return refusal(Self.noKey, to: interaction.request, at: interaction.now) }
        let page = ConsentPage(
            client: request.destination.presentation(at: urls), action: urls.path + Self.consentPath,
            hidden: [HiddenField(Self.ticketField, ticket), protected.field], person: signedIn.user.displayName,
            switchAccount: link(other), scopes: request.consentScopes,
            resources: request.resources.map(\.shownName))
        return pages.response(
            .consent(page), to: interaction.request, locales: interaction.locales, link: link(ticket),
            leadingTo: [request.destination.redirectURI], cookies: protected.cookies)
    }

    // MARK: Answers

    /// Sends an error to the client, or shows it if the person has not seen a page and the client is not trusted with that.
    ///
    /// - Parameter hasSeenPage: whether the person has posted a form of this request; set only after `FormProtection` has checked it.
    func deny(_ interaction: Interaction, _ error: OAuthError, hasSeenPage: Bool = false) -> EndpointResponse {
        deny(
            error, interaction.form, to: interaction.authorization.destination, of: interaction.request,
            hasSeenPage: hasSeenPage, at: interaction.now)
    }

    private func deny(
        _ error: OAuthError, _ form: Form, to destination: ResponseDestination, of request: EndpointRequest,
        hasSeenPage: Bool = false, at now: UnixTime
    ) -> EndpointResponse {
        let locales = Self.locales(of: request, form)
        guard hasSeenPage || destination.client.maySendUnseen(to: destination.redirectURI) else {
            return refusals.response(
                error, to: request, form: form, of: destination.client, isRegistered: true, locales: locales, at: now)
        }
        return AuthorizationResponse(error: error, to: destination, issuer: urls.issuer)
            .response(to: request, pages, locales: locales)
    }

    static let denied = OAuthError(.accessDenied, "The person did not allow it.")
    static let noKey = OAuthError(
        .temporarilyUnavailable, "The server has no key to seal the page with. Try again in a moment.")

    /// Stores the grant and sends its code to the client.
    ///
    /// - Throws: `OAuthError` `login_required` if the session has ended meanwhile, `temporarily_unavailable`.
    func grant(_ interaction: Interaction, to signedIn: SignedInUser) async throws(OAuthError) -> EndpointResponse {
        let (request, now) = (interaction.authorization, interaction.now)
        let session = signedIn.session
        let grant = AuthorizationGrantRecord(
            id: interaction.answer?.grant ?? AuthorizationGrantRecord.makeID(at: now),
            user: signedIn.user.id, client: request.client.id, scopes: request.scopes,
            resources: request.resourceURIs, session: session.id, nonce: request.nonce,
            authenticatedAt: session.authenticatedAt, methods: session.methods,
            contextClass: request.asksForContextClass ? rules.contextClass : nil, claimsRequest: request.claims,
            demandsAuthenticationTime: request.demandsAuthenticationTime, createdAt: now)
        let code = GrantSecret.generate(.authorizationCode, of: grant.id)
        let record = AuthorizationCodeRecord(
            digest: code.digest.digest, redirectURI: request.destination.redirectURI,
            hasRedirectURI: request.destination.hasRedirectURI, challenge: request.challenge,
            expiresAt: now + AuthorizationCodeGrant.codeLifetime)
        do throws(StoreError) {
            try await grants.add(grant, code: record)
        } catch {
            guard case .notFound = error else { throw runtime.unavailable(error) }
            guard interaction.answer == nil else {
                // The answer has been used, or the session has ended: the authorization endpoint decides again without it.
                return PageResponder.redirect(to: link(try ticket(of: interaction, answer: nil)))
            }
            throw OAuthError(.loginRequired, "The session has ended.")
        }
        return AuthorizationResponse(code: code.text, to: request.destination, issuer: urls.issuer)
            .response(to: interaction.request, pages, locales: interaction.locales)
    }

    /// Seals a ticket with which the request goes on.
    func ticket(
        of interaction: Interaction, answer: AuthorizationTicket.Answer?
    ) throws(OAuthError) -> String {
        let ticket = try AuthorizationTicket(
            interaction.form, to: interaction.authorization.destination, begunAt: interaction.begunAt, answer: answer)
        guard let sealed = ticket.sealed(by: tickets) else { throw Self.noKey }
        return sealed
    }

    // MARK: Places

    static let authorizePath = "/oauth2/authorize"
    static let signInPath = authorizePath + "/sign-in"
    static let consentPath = authorizePath + "/consent"
    /// The parameter and the hidden field with the ticket.
    static let ticketField = "ticket"

    /// The path and query at which a request goes on.
    func link(_ ticket: String) -> String { "\(urls.path)\(Self.authorizePath)?\(Self.ticketField)=\(ticket)" }
}

/// A final response, thrown to end processing.
struct Answered: Error {
    let response: EndpointResponse

    init(_ response: EndpointResponse) {
        self.response = response
    }
}

extension SignInPage.Failure {
    /// The HTTP status of the page.
    var status: Int {
        switch self {
        case .wrongNameOrPassword: 403
        case .expired: 400
        case .tooManyAttempts: 429
        case .busy: 503
        }
    }

    /// The time after which another attempt makes sense.
    fileprivate var wait: Duration? {
        switch self {
        case .wrongNameOrPassword, .expired: nil
        case .tooManyAttempts(let wait): wait
        case .busy: .seconds(2)
        }
    }
}
