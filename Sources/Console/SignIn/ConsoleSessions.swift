/// Who is signed in to the console.
///
/// The cookie names the grant of the sign-in, sealed. The grant names the person, the session and the time of the sign-in, and is read from
/// the store at each request with the person and the session. So nothing of a cookie is left once the person has signed out, ended the
/// session or the access on the account page, got another password or been disabled: a copy of it is worthless, too.
///
/// Beside it the cookie names the first grant of a series of sign-ins: those of one person in one browser of which each began while the access of
/// the one before had not been taken back. Forms belong to the series, so that signing in again in one tab does not end the forms in the others.
/// A sign-out ends the series, and so does the sign-in of another person.
struct ConsoleSessions: Sendable {
    /// From the sign-in to the console.
    static let lifetime: Duration = .seconds(8 * 3600)
    /// Without a request. A sign-in of the browser that is older than this does not open the console either: otherwise the console would
    /// open again by itself.
    static let idleLimit: Duration = .seconds(1800)
    /// The age at which the cookie is set again.
    private static let renewal: Duration = .seconds(60)
    /// The tolerated difference between the clocks of nodes.
    private static let clockDifference: Duration = .seconds(60)

    private let store: any Store
    private let sessions: Sessions
    private let settings: SessionSettings
    private let cookie: ServerCookie
    private let seal: TicketSeal
    private let runtime: Runtime

    /// - Parameter settings: those of `sessions`.
    init(
        at address: ServerURLs, store: any Store, sessions: Sessions, _ settings: SessionSettings, keys: SealingKeys,
        _ runtime: Runtime
    ) {
        self.store = store
        self.sessions = sessions
        self.settings = settings
        cookie = ServerCookie("countersign-console", of: address)
        seal = TicketSeal(.console, issuer: address.issuer, keys: keys)
        self.runtime = runtime
    }

    /// A person who is signed in, and the header field `Set-Cookie` that keeps them so.
    struct Current: Sendable {
        let person: Operator
        let cookies: [String]
    }

    /// Returns the person whose cookie a request has.
    ///
    /// - Parameter isUse: whether the person did something, so that the idle limit begins again.
    /// - Throws: `temporarily_unavailable` if the store does not answer.
    func current(
        _ request: EndpointRequest, at now: UnixTime, isUse: Bool = true
    ) async throws(OAuthError) -> Current? {
        guard let cookie = used(request, at: now), let (grant, user) = try await holder(cookie.grant),
            grant.createdAt <= now + Self.clockDifference, now < grant.createdAt + Self.lifetime,
            let session = try await sessions.session(grant.session, of: user, at: now, isUse: isUse)
        else { return nil }
        let renews = isUse && cookie.usedAt + Self.renewal <= now
        let latest = min(
            grant.createdAt + Self.lifetime, session.expiresAt, session.createdAt + settings.lifetime)
        return Current(
            person: Operator(
                user: user, session: session, grant: grant, firstGrant: cookie.firstGrant,
                end: SignInEnd(
                    at: min(
                        (renews ? now : cookie.usedAt) + Self.idleLimit,
                        (isUse ? now : session.lastUsedAt) + settings.idleLimit, latest), latest: latest)),
            cookies: renews ? setting(cookie.grant, after: cookie.firstGrant, at: now) : [])
    }

    /// Returns who was signed in with the cookie of a request, however long ago: for keeping what they typed, never for letting them in.
    ///
    /// - Returns: `nil` if the grant was revoked or is not kept any more.
    func last(_ request: EndpointRequest) async throws(OAuthError) -> (user: UserRecord, firstGrant: [UInt8])? {
        guard let cookie = opened(request), let (_, user) = try await holder(cookie.grant) else { return nil }
        return (user, cookie.firstGrant)
    }

    /// Returns a grant of the console that was not revoked, and its person if they are enabled.
    private func holder(
        _ id: [UInt8]
    ) async throws(OAuthError) -> (grant: AuthorizationGrantRecord, user: UserRecord)? {
        let grant = try await storing { store throws(StoreError) in try await store.grants.grant(id) }
        guard let grant, grant.client == .console, grant.revokedAt == nil else { return nil }
        let user = try await storing { store throws(StoreError) in try await store.users.user(grant.user) }
        guard let user, user.isEnabled else { return nil }
        return (grant, user)
    }

    /// Whether a request has a cookie of a sign-in that may still be in force. Does not ask the store.
    func isAuthentic(_ request: EndpointRequest, at now: UnixTime) -> Bool { used(request, at: now) != nil }

    /// Signs a person in with a new grant, and ends what the browser's cookie was good for before.
    ///
    /// - Returns: the header fields `Set-Cookie`.
    func begin(
        _ grant: AuthorizationGrantRecord, in request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> [String] {
        guard let old = opened(request) else { return setting(grant.id, after: grant.id, at: now) }
        let holder = try await holder(old.grant)?.user.id
        if old.grant != grant.id { try await revoke(old.grant, at: now) }
        return setting(grant.id, after: holder == grant.user ? old.firstGrant : grant.id, at: now)
    }

    /// Signs the person out.
    ///
    /// - Returns: the header fields `Set-Cookie`.
    func end(_ request: EndpointRequest, at now: UnixTime) async throws(OAuthError) -> [String] {
        if let old = opened(request) { try await revoke(old.grant, at: now) }
        return [cookie.deletion]
    }

    private func revoke(_ id: [UInt8], at now: UnixTime) async throws(OAuthError) {
        try await storing { store throws(StoreError) in _ = try await store.grants.revoke(id, at: now) }
    }

    private func storing<Value>(
        _ body: (any Store) async throws(StoreError) -> Value
    ) async throws(OAuthError) -> Value {
        try await runtime.storing { () async throws(StoreError) in try await body(store) }
    }

    private func setting(_ grant: [UInt8], after firstGrant: [UInt8], at now: UnixTime) -> [String] {
        var contents: [UInt8] = []
        contents.append(bigEndian: now.milliseconds)
        return seal.seal(contents + grant + firstGrant).map { [cookie.setting($0)] } ?? []
    }

    /// What the cookie says.
    private struct Contents {
        private static let timeLength = 8

        let usedAt: UnixTime
        let grant: [UInt8]
        let firstGrant: [UInt8]

        init?(_ bytes: [UInt8]) {
            let length = AuthorizationGrantRecord.idLength
            guard bytes.count == Self.timeLength + 2 * length else { return nil }
            usedAt = UnixTime(milliseconds: bytes.prefix(Self.timeLength).reduce(0) { $0 << 8 | Int64($1) })
            grant = Array(bytes.dropFirst(Self.timeLength).prefix(length))
            firstGrant = Array(bytes.suffix(length))
        }
    }

    /// Returns what `opened` does of a cookie that is not too old.
    private func used(_ request: EndpointRequest, at now: UnixTime) -> Contents? {
        guard let cookie = opened(request), cookie.usedAt <= now + Self.clockDifference,
            now < cookie.usedAt + Self.idleLimit
        else { return nil }
        return cookie
    }

    private func opened(_ request: EndpointRequest) -> Contents? {
        Cookies(request)[cookie.name].flatMap(seal.open).flatMap(Contents.init)
    }
}
