/// `/oauth2/logout` (OpenID Connect RP-Initiated Logout 1.0): ends the session of the browser.
///
/// A client that proves by an ID token that it signed this person in is believed. For everybody else the person is asked, because any
/// site can send a browser here. A browser is redirected only to a URI that the proven client has registered. What is wrong with a
/// request is recorded for the operator, under the reference that the page has, if it had an ID token of this server or ended a session: other
/// requests could come from any site, in any client's name.
struct EndSessionEndpoint: Endpoint {
    static let path = "/oauth2/logout"
    /// The longest URL that a POST is turned into, in bytes.
    private static let maximumQueryLength = 12_288

    let services: PageServices

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = services.runtime.clock()
        do throws(OAuthError) {
            guard request.method == "POST" else {
                let form: Form
                do {
                    form = try Form(parsing: (request.query ?? "").utf8)
                } catch {
                    throw OAuthError(.invalidRequest, error.message)
                }
                return try await logOut(form, request, at: now)
            }
            let form = try Form(of: request)
            // Browsers send no session cookie with a POST from another site, but they do with the GET that follows a redirect.
            guard let answer = form.text("answer") else { return try repeated(form) }
            return try await respond(to: answer, form, request, at: now)
        } catch {
            return services.refusals.response(error, to: request, at: now)
        }
    }

    private func logOut(
        _ form: Form, _ request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> EndpointResponse {
        let logout = try await LogoutRequest(form, services)
        guard let current = try await services.sessions.current(request, at: now) else {
            return signedOut(logout, form, request, cookies: [], at: now)
        }
        guard logout.isAbout(current, services.idTokens) else { return try ask(logout, form, current, request) }
        return signedOut(logout, form, request, cookies: [try await services.sessions.end(current, at: now)], at: now)
    }

    /// Answers the form of the page that asks.
    private func respond(
        to answer: String, _ form: Form, _ request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> EndpointResponse {
        let logout = try await LogoutRequest(form, services)
        guard let current = try await services.sessions.current(request, at: now) else {
            return signedOut(logout, form, request, cookies: [], at: now)
        }
        do throws(FormProtectionFault) {
            try services.protection.check(form, .signOut, context: [current.session.id], in: request)
        } catch {
            return services.refusals.response(
                error, to: request, form: form, locales: form.text("ui_locales"), at: now)
        }
        guard answer == "sign_out" else { return PageResponder.redirect(to: services.urls.path + AccountEndpoint.path) }
        return signedOut(logout, form, request, cookies: [try await services.sessions.end(current, at: now)], at: now)
    }

    private func repeated(_ form: Form) throws(OAuthError) -> EndpointResponse {
        let query = FormWriter.encoded(LogoutRequest.parameters(form))
        guard query.utf8.count <= Self.maximumQueryLength else {
            throw OAuthError(
                .invalidRequest, "The parameters are longer than \(Self.maximumQueryLength) bytes.", status: 413)
        }
        return PageResponder.redirect(to: services.urls.path + Self.path + (query.isEmpty ? "" : "?" + query))
    }

    // MARK: Pages

    private func signedOut(
        _ logout: LogoutRequest, _ form: Form, _ request: EndpointRequest, cookies: [String],
        at now: UnixTime
    ) -> EndpointResponse {
        // Cookies are sent if a session has ended.
        if let destination = logout.destination, !cookies.isEmpty || logout.maySendUnseen {
            return PageResponder.redirect(to: destination, cookies: cookies)
        }
        let isRecorded = logout.hintClient != nil || !cookies.isEmpty
        let reference = (isRecorded ? logout.fault : nil).map {
            services.refusals.record(
                $0, request, form, of: logout.hintClient?.text, isRegistered: logout.proof.map { _ in true }, at: now)
        }
        return services.pages.response(
            .signedOut(reference: reference?.text), to: request, locales: form.text("ui_locales"), cookies: cookies)
    }

    private func ask(
        _ logout: LogoutRequest, _ form: Form, _ current: SignedInUser, _ request: EndpointRequest
    ) throws(OAuthError) -> EndpointResponse {
        guard let protected = services.protection.protect(.signOut, context: [current.session.id], in: request) else {
            throw AuthorizationFlow.noKey
        }
        let page = SignOutPage(
            action: services.urls.path + Self.path,
            hidden: [protected.field] + logout.parameters.map { HiddenField($0.name, $0.value) },
            person: current.user.displayName, client: logout.proof?.client.shownName)
        return services.pages.response(
            .signOut(page), to: request, locales: form.text("ui_locales"),
            leadingTo: logout.destination.map { [$0] } ?? [], cookies: protected.cookies)
    }
}
