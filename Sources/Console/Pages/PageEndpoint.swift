import Administration

/// The endpoint of a page: who asks, whether they may, whether a form is theirs. No page repeats these checks, so none can forget them.
struct PageEndpoint: Endpoint {
    let page: any ConsolePage
    let services: ConsoleServices

    /// A longer body is read of people who are signed in: their cookie can be opened without the store.
    func bodyLimit(for head: EndpointRequest) -> Int {
        page.takesFiles && services.sessions.isAuthentic(head, at: services.runtime.clock())
            ? EndpointRequest.maximumFileBodySize : EndpointRequest.maximumBodySize
    }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = services.runtime.clock()
        do throws(OAuthError) {
            guard let current = try await services.sessions.current(request, at: now) else {
                return try await signIn(request, at: now)
            }
            guard current.person.mayLook else {
                return services.renderer.noAccess(current.person, services, cookies: current.cookies)
            }
            return await answer(Visit(request, current.person, services, at: now), cookies: current.cookies)
        } catch {
            return services.renderer.unavailable(services)
        }
    }

    /// A form cannot go on after the sign-in, and a redirect after a form would be refused by the policy if the console has an address of
    /// its own. So the person is told, and what they typed is kept if the page can keep it.
    private func signIn(_ request: EndpointRequest, at now: UnixTime) async throws(OAuthError) -> EndpointResponse {
        guard Route.read.contains(request.method) else {
            let kept = try await keptAfterEnd(request, at: now)
            return services.renderer.signedOutMeanwhile(request.path, keeping: kept, services)
        }
        return services.signIn.begin(returningTo: Self.place(request), at: now)
    }

    /// Keeps a form of a person whose sign-in has ended by itself. It has to pass the checks that need no sign-in in force.
    private func keptAfterEnd(
        _ request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> KeptForm? {
        guard page.keepsForm, let last = try await services.sessions.last(request),
            last.user.adminGroups.contains(.admin), let form = try? Form(of: request),
            (try? check(form, of: last.user.id, last.firstGrant, in: request, at: now)) != nil
        else { return nil }
        return KeptForm(form, of: last.user.id, in: request, services, at: now)
    }

    /// Path and query of a request.
    private static func place(_ request: EndpointRequest) -> String {
        request.path + (request.query.map { "?" + $0 } ?? "")
    }

    private func answer(_ visit: Visit, cookies: [String]) async -> EndpointResponse {
        guard
            let protected = services.protection.protect(
                .console, context: FormProtection.context(visit.person.firstGrant), in: visit.request)
        else { return services.renderer.unavailable(services) }
        func shown(_ content: any ConsoleContent, status: Int = 200, notice: String? = nil) -> EndpointResponse {
            services.renderer.page(
                content, to: visit, status: status, notice: notice, key: protected.field,
                until: page.isSensitive && page.takesForms && !content.isOutcome
                    ? visit.person.recentEnd() : nil,
                cookies: cookies + protected.cookies)
        }
        var sent: Form?
        do {
            guard visit.request.method == "POST" else {
                if page.isSensitive {
                    guard visit.person.mayChange else { throw ConsoleFailure.notAdministrator }
                    // So that minutes are left to fill in the form.
                    guard visit.person.isRecent(at: visit.now, within: SignInFlow.recentAge) else {
                        return services.signIn.begin(
                            returningTo: Self.place(visit.request), maximumAge: SignInFlow.recentAge, at: visit.now)
                    }
                }
                if let file = try await page.download(visit) { return file.response }
                let notice = visit.query?.text("notice").flatMap { page.notices[$0] }
                return shown(try await page.show(visit), notice: notice)
            }
            guard case .bytes = visit.request.body else {
                // It was not read, so nothing is known of it and nothing is done.
                try checkMayAct(visit)
                return shown(try await page.showTooLong(visit), status: 413)
            }
            var visit = visit
            let form = try form(&visit)
            if page.keepsForm { sent = form }
            try checkMayAct(visit)
            switch try await page.act(form, visit) {
            case .page(let content, let status, let wait):
                var response = shown(content, status: status)
                if let wait { response.headers.append("Retry-After", String(wait)) }
                return response
            case .redirect(let path, let notice):
                let query = notice.map { (path.contains("?") ? "&" : "?") + FormWriter.encoded([("notice", $0)]) } ?? ""
                return PageResponder.redirect(to: services.address.path + path + query, cookies: cookies)
            }
        } catch {
            let failure = ConsoleFailure(error)
            if let event = failure.event(for: error) { services.runtime.report(event) }
            var author: String?
            if case .changed(let subject?) = failure { author = await LatestChange.words(of: subject, visit) }
            let kept = sent.flatMap { keeping($0, visit, after: failure) }
            var response = shown(
                FailurePage(
                    failure: failure, author: author, path: services.address.origin + visit.request.path, kept: kept,
                    home: services.home, confirmation: services.confirmation),
                status: failure.status)
            if case .tooMany = failure {
                response.headers.append("Retry-After", String(AssertionInspections.pause))
            }
            return response
        }
    }

    /// Keeps a form that can succeed later as it is.
    private func keeping(_ form: Form, _ visit: Visit, after failure: ConsoleFailure) -> KeptForm? {
        switch failure {
        case .unavailable, .diskFull: KeptForm(form, in: visit.request, services)
        case .signInIsOld: KeptForm(form, of: visit.person.user.id, in: visit.request, services, at: visit.now)
        default: nil
        }
    }

    /// Reads the form of a request, and checks that it comes from a page that this server made for the person.
    private func form(_ visit: inout Visit) throws(ConsoleFailure) -> Form {
        // A form of a viewer is not even read.
        guard visit.person.mayChange else { throw .notAdministrator }
        let form: Form
        do {
            if page.takesFiles {
                let upload = try MultipartForm(of: visit.request)
                visit.upload = upload
                form = upload.fields
            } else {
                form = try Form(of: visit.request)
            }
        } catch {
            throw .unreadableForm(error.description)
        }
        do {
            try check(form, of: visit.person.user.id, visit.person.firstGrant, in: visit.request, at: visit.now)
        } catch {
            throw .form(error)
        }
        return form
    }

    private func check(
        _ form: Form, of person: UserID, _ firstGrant: [UInt8], in request: EndpointRequest, at now: UnixTime
    ) throws(FormProtectionFault) {
        if page.keepsForm, KeptForm.isKept(form) {
            return try KeptForm.check(form, of: person, in: request, services.protection, at: now)
        }
        try services.protection.check(form, .console, context: FormProtection.context(firstGrant), in: request)
    }

    private func checkMayAct(_ visit: Visit) throws(ConsoleFailure) {
        guard visit.person.mayChange else { throw .notAdministrator }
        guard !page.isSensitive || visit.person.isRecent(at: visit.now) else { throw .signInIsOld }
    }
}

extension FormProtection {
    /// What the forms of the console's pages belong to: the series of sign-ins in which they were opened.
    static func context(_ firstGrant: [UInt8]) -> [String] { [Base64URL.encode(firstGrant)] }
}

extension ConsoleFailure {
    /// What an error of a use case means for the page.
    init(_ error: any Error) {
        switch error {
        case let failure as ConsoleFailure: self = failure
        case ClientFailure.noClient(let id): self = .notFound("the client “\(id)”")
        case ClientFailure.noKey(let name, _, _): self = .notFound("the key “\(name)”")
        case ClientFailure.noSecret(let name, _): self = .notFound("the secret “\(name)”")
        case ClientFailure.revokedKey, ClientFailure.ambiguousKey: self = .changed(nil)
        case ClientFailure.usesNoSecret(let client, let method):
            self = .unreadableForm(
                "The client “\(client)” is registered for \(method.rawValue), which needs no secret.")
        case StoreError.notFound(let what): self = .notFound(what)
        case StoreError.changed: self = .changed(nil)
        case StoreError.conflict, StoreError.invalid: self = .refused((error as? StoreError)?.message ?? "")
        case StoreError.corrupt: self = .damaged
        case let refusal as AssertionInspections.Refusal: self = .tooMany(refusal.detail)
        case StoreError.unavailable(StoreError.fullDisk): self = .diskFull
        case is StoreError, is StoreUnavailable, is OAuthError: self = .unavailable
        case let failure as any NamedFailure:
            self = failure.kind.status == 404 ? .missing(failure.detail) : .refused(failure.detail)
        case let fault as SignInFault: self = .refused(fault.inForm.message)
        default: self = .unexpected(String(describing: type(of: error)))
        }
    }

    /// What the operator's log says about it.
    func event(for error: any Error) -> ServerEvent? {
        switch (self, error) {
        case (.unavailable, let error as StoreError), (.diskFull, let error as StoreError),
            (.damaged, let error as StoreError):
            .storeUnavailable(error.message)
        case (.unexpected(let problem), _): .consoleFailed(problem)
        case (.notFound, _), (.noForm, _), (.notAdministrator, _), (.form, _), (.unreadableForm, _), (.tooLong, _),
            (.signInIsOld, _), (.tooMany, _), (.changed, _), (.missing, _), (.refused, _), (.damaged, _),
            (.unavailable, _), (.diskFull, _):
            nil
        }
    }

    var status: Int {
        switch self {
        case .notFound, .missing: 404
        case .noForm: 405
        case .notAdministrator, .form, .signInIsOld: 403
        case .unreadableForm: 400
        case .tooLong: 413
        case .changed, .refused: 409
        case .tooMany: 429
        case .unavailable, .diskFull: 503
        case .damaged, .unexpected: 500
        }
    }
}
