/// The sessions of people in their browsers: who is signed in, since when, and until when.
package struct Sessions: Sendable {
    /// The tolerated difference between the clocks of nodes. A time further ahead comes from a clock that has been corrected since.
    private static let clockDifference: Duration = .seconds(60)
    /// The longest `User-Agent` that is kept, in characters.
    private static let agentLength = 256

    private let store: any SessionStore
    private let settings: SessionSettings
    private let cookie: ServerCookie
    private let uses: SessionUses
    private let runtime: Runtime

    package init(_ urls: ServerURLs, store: any SessionStore, _ settings: SessionSettings, _ runtime: Runtime) {
        self.store = store
        self.settings = settings
        self.runtime = runtime
        cookie = ServerCookie("countersign-session", of: urls)
        uses = SessionUses(store: store, runtime)
    }

    /// Returns the person who is signed in in the browser that sent a request.
    ///
    /// - Throws: `temporarily_unavailable` if the store does not answer.
    package func current(_ request: EndpointRequest, at now: UnixTime) async throws(OAuthError) -> SignedInUser? {
        guard let found = try await find(request), isValid(found, at: now) else { return nil }
        uses.record(found.session, at: now)
        return found
    }

    /// Begins the session of a person who has just proved who they are.
    ///
    /// It always gets a new secret, so that one planted in the browser by an attacker (*session fixation*) is useless, and the old session
    /// of the browser ends. If that one is of the same person, the new one keeps its `sid`: clients see one session.
    ///
    /// - Parameter user: as read before the check.
    /// - Returns: `nil` if the person was removed or disabled, or got another password meanwhile.
    package func begin(
        for user: UserRecord, methods: [String], in request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> BegunSession? {
        let old = try await find(request)
        let secret = IssuedSecret.generate(.session)
        let kept = old.flatMap { $0.user.id == user.id && isValid($0, at: now) ? $0.session.id : nil }
        let session = SessionRecord(
            digest: secret.digest, id: kept ?? Base64URL.encode(RandomBytes.make(16)), user: user.id,
            authenticatedAt: now, methods: methods, createdAt: now, expiresAt: now + settings.lifetime,
            agent: shortened(request.headers["User-Agent"] ?? "", to: Self.agentLength), address: request.remoteAddress)
        do {
            try await store.add(
                session, replacing: old?.session.digest, passwordChangedAt: user.passwordChangedAt)
        } catch .notFound {
            return nil
        } catch {
            throw runtime.unavailable(error)
        }
        // Without `Max-Age`: it ends with the browser at the latest.
        return BegunSession(
            signedIn: SignedInUser(session: session, user: user), cookie: cookie.setting(secret.text))
    }

    /// Ends a session.
    ///
    /// - Returns: the header field `Set-Cookie` that removes it from its browser.
    package func end(_ current: SignedInUser, at now: UnixTime) async throws(OAuthError) -> String {
        _ = try await runtime.storing { () async throws(StoreError) in
            try await store.remove(current.session.id, of: current.user.id, at: now)
        }
        return cookie.deletion
    }

    /// Returns a person's sessions that are within their limits, the last used first.
    func all(of user: UserRecord, at now: UnixTime) async throws(OAuthError) -> [SessionRecord] {
        try await runtime.storing { () async throws(StoreError) in
            try await store.sessions(of: user.id).filter {
                isValid(SignedInUser(session: $0, user: user), at: now)
            }
        }
    }

    /// Returns a session of a person by its `sid` if it is within its limits.
    ///
    /// - Parameter isUse: whether the person uses the session, so that its idle limit begins again. A page that asks by itself does not.
    package func session(
        _ id: String, of user: UserRecord, at now: UnixTime, isUse: Bool = true
    ) async throws(OAuthError) -> SessionRecord? {
        let session = try await all(of: user, at: now).first { $0.id == id }
        if let session, isUse { uses.record(session, at: now) }
        return session
    }

    /// Writes the last uses, and removes sessions past their limits, until its task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await uses.run() }
            group.addTask {
                await store.sweep(idleLimit: settings.idleLimit, clock: runtime.clock) {
                    runtime.report(.expiredRowsNotRemoved($0))
                }
            }
        }
    }

    func writeUses() async {
        await uses.write()
    }

    private func find(_ request: EndpointRequest) async throws(OAuthError) -> SignedInUser? {
        guard let sent = Cookies(request)[cookie.name], let secret = IssuedSecret(sent, .session) else { return nil }
        return try await runtime.storing { () async throws(StoreError) in
            try await store.session(secret.digest)
        }
    }

    /// Whether a session is within its limits. The settings' lifetime counts too, in case it was lowered.
    private func isValid(_ found: SignedInUser, at now: UnixTime) -> Bool {
        let session = found.session
        let latest = now + Self.clockDifference
        return found.user.isEnabled && session.createdAt <= latest && session.authenticatedAt <= latest
            && session.lastUsedAt <= latest && now < session.expiresAt
            && now < session.createdAt + settings.lifetime
            && now < session.lastUsedAt + settings.idleLimit
    }
}

/// A session that has just begun.
package struct BegunSession: Sendable, Equatable {
    package let signedIn: SignedInUser
    /// The header field `Set-Cookie`.
    package let cookie: String
}
