/// What people see and change about themselves: sessions, the access of clients, and the password.
struct Account: Sendable {
    let services: PageServices
    let store: any Store
    let resources: ResourceDirectory
    let rules: PasswordRules

    private var sessions: Sessions { services.sessions }
    private var consents: any ConsentStore { store.consents }

    /// The store with the person as the one who makes changes.
    private func store(of person: UserRecord) -> any Store {
        store.acting(as: .person(person.id, name: person.name, through: .account))
    }

    /// The result of an action that needs no other page.
    enum Outcome: Sendable {
        /// - Parameter cookies: the header fields `Set-Cookie`.
        case done(AccountNotice, cookies: [String] = [])
        case refused(AccountPage.Notice)
    }

    func sessions(of current: SignedInUser, at now: UnixTime) async throws(OAuthError) -> [AccountPage.Session] {
        try await sessions.all(of: current.user, at: now).map { session in
            AccountPage.Session(
                id: session.id, isCurrent: session.id == current.session.id, agent: session.agent,
                address: session.address, signedInAt: session.authenticatedAt, lastUsedAt: session.lastUsedAt,
                methods: session.methods)
        }
    }

    /// The most clients that the page lists.
    static let accessLimit = 50

    /// Returns the clients with access, and whether there are more than `accessLimit`.
    func accesses(
        of current: SignedInUser
    ) async throws(OAuthError) -> (shown: [AccountPage.Access], hasMore: Bool) {
        let found = try await services.runtime.storing { () async throws(StoreError) in
            try await consents.access(of: current.user.id, limit: Self.accessLimit + 1)
        }
        var shown: [AccountPage.Access] = []
        for access in found.prefix(Self.accessLimit) {
            let client = try await record(of: access.client)
            shown.append(
                AccountPage.Access(
                    // The access remains even if the client has been removed.
                    client: client.map { ClientPresentation($0) }
                        ?? ClientPresentation(name: access.client.text, id: access.client.text),
                    isTrusted: client?.signIn.skipsConsent == true, isAllowed: access.consent != nil,
                    scopes: access.scopes, resources: try await resources.shownNames(of: access.resources),
                    since: access.since, lastUse: access.lastUse))
        }
        return (shown, found.count > Self.accessLimit)
    }

    /// Says in the page's words what the query says was done.
    ///
    /// - Returns: `nil` for something that cannot have been done.
    func notice(_ notice: AccountNotice?, to current: SignedInUser) async -> AccountPage.Notice? {
        switch notice {
        case nil: return nil
        case .sessionEnded: return .sessionEnded
        case .otherSessionsEnded: return .otherSessionsEnded
        case .passwordChanged: return .passwordChanged
        case .accessEnded(let id):
            do {
                guard try await consents.access(of: current.user.id, to: id) == nil,
                    let client = try await services.clients.record(of: id)
                else { return nil }
                return .accessEnded(
                    client: ClientPresentation(client).name, isTrusted: client.signIn.skipsConsent)
            } catch {
                return nil
            }
        }
    }

    func endSession(_ id: String, _ current: SignedInUser, at now: UnixTime) async throws(OAuthError) -> Outcome {
        _ = try await services.runtime.storing { () async throws(StoreError) in
            try await store(of: current.user).sessions.remove(id, of: current.user.id, at: now)
        }
        return .done(.sessionEnded)
    }

    func endOtherSessions(_ current: SignedInUser, at now: UnixTime) async throws(OAuthError) -> Outcome {
        try await services.runtime.storing { () async throws(StoreError) in
            try await store(of: current.user).sessions.removeAll(
                of: current.user.id, except: current.session.id, at: now)
        }
        return .done(.otherSessionsEnded)
    }

    func endAccess(of client: ClientID, _ current: SignedInUser, at now: UnixTime) async throws(OAuthError) -> Outcome {
        _ = try await services.runtime.storing { () async throws(StoreError) in
            try await store(of: current.user).consents.withdraw(of: current.user.id, from: client, at: now)
        }
        return .done(.accessEnded(client))
    }

    /// Changes the password, which ends all sessions and grants, and begins a new session in this browser.
    func changePassword(
        _ current: SignedInUser, from old: String, to new: String, in request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> Outcome {
        // First, so that a rejected password costs no attempt and no work.
        do throws(PasswordFault) {
            try rules.check(new, of: current.user, host: services.urls.host)
        } catch {
            return .refused(.weakPassword(error))
        }
        var user = current.user
        let hash: String
        do throws(SignInPage.Failure) {
            hash = try await services.signIn.hash(new, replacing: old, of: user, in: request, at: now)
        } catch {
            switch error {
            case .tooManyAttempts(let wait): return .refused(.tooManyAttempts(wait: wait))
            case .busy: return .refused(.tooManyAttempts(wait: Self.busyWait))
            case .wrongNameOrPassword, .expired: return .refused(.wrongPassword)
            }
        }
        // The operator may have disabled the person or set another password meanwhile, or somebody ended the session: that stays.
        let isChanged = try await services.runtime.storing { () async throws(StoreError) in
            guard let before = user.passwordHash else { return false }
            return try await store(of: user).users.changePassword(
                from: before, to: hash, of: user.id, in: current.session.id, at: now)
        }
        guard isChanged else { return .refused(.wrongPassword) }
        (user.passwordHash, user.passwordChangedAt) = (hash, now)
        let begun = try await sessions.begin(for: user, methods: ["pwd"], in: request, at: now)
        return .done(
            .passwordChanged, cookies: begun.map { [$0.cookie] + services.signIn.remember(user, in: request) } ?? [])
    }

    private static let busyWait: Duration = .seconds(5)

    private func record(of id: ClientID) async throws(OAuthError) -> ClientRecord? {
        try await services.runtime.storing { () async throws(StoreUnavailable) in
            try await services.clients.record(of: id)
        }
    }
}
