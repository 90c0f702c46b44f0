/// `/account`: the page where people see and end their sessions, end the access of clients and change their password; without a session, the form
/// to sign in.
struct AccountEndpoint: Endpoint {
    static let path = "/account"

    let services: PageServices
    let account: Account

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = services.runtime.clock()
        do throws(OAuthError) {
            let current = try await services.sessions.current(request, at: now)
            guard request.method == "POST" else {
                guard let current else { return try signInPage(request) }
                return try await page(of: current, request, at: now)
            }
            let form = try Form(of: request)
            // The sign-in form, perhaps sent after somebody has signed in in another tab.
            guard form.text("user") == nil, let current else { return try await signIn(form, request, at: now) }
            do throws(FormProtectionFault) {
                try services.protection.check(form, .account, context: [current.session.id], in: request)
            } catch {
                return services.refusals.response(
                    error, to: request, form: form, locales: locales(request), at: now)
            }
            return try await respond(to: form, current, request, at: now)
        } catch {
            return services.refusals.response(error, to: request, locales: locales(request), at: now)
        }
    }

    // MARK: Signing in

    private func signIn(
        _ form: Form, _ request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> EndpointResponse {
        // Another form of the page: its session has ended.
        guard let name = form.text("user") else { return try signInPage(request) }
        do throws(FormProtectionFault) {
            try services.protection.check(form, .accountSignIn, in: request)
        } catch {
            return try signInPage(request, name: name, failure: .expired)
        }
        let password = form.text("password") ?? ""
        switch try await services.signIn.signIn(name: name, password: password, in: request, at: now) {
        case .signedIn(_, let cookies):
            return PageResponder.redirect(to: services.urls.path + Self.path, cookies: cookies)
        case .failed(let failure): return try signInPage(request, name: name, failure: failure)
        }
    }

    private func signInPage(
        _ request: EndpointRequest, name: String? = nil, failure: SignInPage.Failure? = nil
    ) throws(OAuthError) -> EndpointResponse {
        guard let protected = services.protection.protect(.accountSignIn, in: request) else {
            throw AuthorizationFlow.noKey
        }
        let page = SignInPage(
            client: nil, action: services.urls.path + Self.path, hidden: [protected.field], name: name,
            failure: failure,
            canCancel: false)
        return services.pages.response(
            .signIn(page), to: request, status: failure?.status ?? 200, locales: locales(request),
            link: link(request), cookies: protected.cookies)
    }

    // MARK: The account

    private func respond(
        to form: Form, _ current: SignedInUser, _ request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> EndpointResponse {
        let outcome: Account.Outcome
        switch AccountAction(form) {
        case nil: return PageResponder.redirect(to: services.urls.path + Self.path)
        case .signOut, .endSession(id: current.session.id):
            let deletion = try await services.sessions.end(current, at: now)
            return services.pages.response(
                .signedOut(reference: nil), to: request, locales: locales(request), cookies: [deletion])
        case .endSession(let id): outcome = try await account.endSession(id, current, at: now)
        case .endOtherSessions: outcome = try await account.endOtherSessions(current, at: now)
        case .endAccess(let client): outcome = try await account.endAccess(of: client, current, at: now)
        case .changePassword(let old, let new):
            outcome = try await account.changePassword(current, from: old, to: new, in: request, at: now)
        }
        switch outcome {
        case .done(let notice, let cookies):
            return PageResponder.redirect(to: "\(services.urls.path)\(Self.path)?\(notice.query)", cookies: cookies)
        case .refused(let notice): return try await page(of: current, request, showing: notice, at: now)
        }
    }

    /// - Parameter refused: why the form of the page was not accepted.
    private func page(
        of current: SignedInUser, _ request: EndpointRequest, showing refused: AccountPage.Notice? = nil,
        at now: UnixTime
    ) async throws(OAuthError) -> EndpointResponse {
        let user = current.user
        guard let protected = services.protection.protect(.account, context: [current.session.id], in: request) else {
            throw AuthorizationFlow.noKey
        }
        let accesses = try await account.accesses(of: current)
        let query = request.method == "POST" ? nil : request.query.flatMap { try? Form(parsing: $0.utf8) }
        let done = await account.notice(query.flatMap(AccountNotice.init), to: current)
        let page = AccountPage(
            action: services.urls.path + Self.path, hidden: [protected.field], name: user.displayName,
            email: user.email,
            isEmailVerified: user.claims["email_verified"] == .boolean(true),
            passwordChangedAt: user.passwordChangedAt, sessions: try await account.sessions(of: current, at: now),
            accesses: accesses.shown, hasMoreAccess: accesses.hasMore, notice: refused ?? done, now: now)
        return services.pages.response(
            .account(page), to: request, status: refused == nil ? 200 : 403,
            locales: locales(request), link: link(request), cookies: protected.cookies)
    }

    /// The page without the notice, which would be wrong in the next language.
    private func link(_ request: EndpointRequest) -> String? {
        request.method == "POST" ? nil : services.urls.path + Self.path
    }

    /// The language that a link of the page names.
    private func locales(_ request: EndpointRequest) -> String? {
        request.query.flatMap { try? Form(parsing: $0.utf8) }?.text("ui_locales")
    }
}
