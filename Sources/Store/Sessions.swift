/// A browser in which a person has signed in.
package struct SessionRecord: Sendable, Equatable {
    /// The most sessions that one person has at once.
    package static let maximumPerPerson = 100

    /// The SHA-256 of the secret in the cookie. The secret itself is not stored.
    package let digest: [UInt8]
    /// `sid` (OpenID Connect Back-Channel Logout 1.0 §2.1): 16 random bytes in base64url. It is not
    /// the secret and does not reveal it. Clients with pairwise identifiers get a digest of it.
    package let id: String
    package let user: UserID
    /// `auth_time`: the last time that the person proved who they are.
    package let authenticatedAt: UnixTime
    /// `amr` (RFC 8176), such as `pwd`.
    package let methods: [String]
    package let createdAt: UnixTime
    /// Written at most once a minute.
    package var lastUsedAt: UnixTime
    /// The absolute limit. The idle limit is a setting and follows from `lastUsedAt`.
    package let expiresAt: UnixTime
    /// `User-Agent`, shortened, for the person to recognise the browser.
    package let agent: String
    package let address: String?

    package init(
        digest: [UInt8], id: String = Base64URL.encode(RandomBytes.make(16)), user: UserID, authenticatedAt: UnixTime,
        methods: [String], createdAt: UnixTime, lastUsedAt: UnixTime? = nil, expiresAt: UnixTime, agent: String = "",
        address: String? = nil
    ) {
        self.digest = digest
        self.id = id
        self.user = user
        self.authenticatedAt = authenticatedAt
        self.methods = methods
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt ?? createdAt
        self.expiresAt = expiresAt
        self.agent = agent
        self.address = address
    }
}

/// A session and its person, read in one snapshot.
package struct SignedInUser: Sendable, Equatable {
    package let session: SessionRecord
    package let user: UserRecord

    package init(session: SessionRecord, user: UserRecord) {
        self.session = session
        self.user = user
    }
}

/// The sessions of one issuer.
///
/// When a person ends a session, the grants that they gave in it end too, except those with `offline_access` (OpenID Connect Back-Channel
/// Logout 1.0 §2.7). A session that expires leaves its grants alone. However a session ends, its clients are notified: the
/// same transaction adds a `LogoutNoticeRecord` for each.
package protocol SessionStore: Sendable {
    /// Adds a session. If the person then has more than `SessionRecord.maximumPerPerson`, those that were not used for the longest time end.
    ///
    /// - Parameters:
    ///   - digest: the session that it replaces in the same browser. That one ends in the same transaction, with its grants unless
    ///     it has the same `sid`.
    ///   - passwordChangedAt: of the person when the password was checked.
    /// - Throws: `notFound` if the person has been removed or disabled, or got another password meanwhile.
    func add(
        _ session: SessionRecord, replacing digest: [UInt8]?, passwordChangedAt: UnixTime?
    ) async throws(StoreError)

    /// Returns a session with its person, whether or not it has expired.
    func session(_ digest: [UInt8]) async throws(StoreError) -> SignedInUser?

    /// Returns a person's sessions, the last used first.
    func sessions(of user: UserID) async throws(StoreError) -> [SessionRecord]

    /// Records the time of a use.
    func touch(_ digest: [UInt8], at now: UnixTime) async throws(StoreError)

    /// Ends a session by its `sid`, if it is this person's.
    ///
    /// - Returns: whether there was one.
    func remove(_ id: String, of user: UserID, at now: UnixTime) async throws(StoreError) -> Bool

    /// Ends all sessions of a person.
    ///
    /// - Parameter id: the `sid` of a session that stays.
    func removeAll(of user: UserID, except id: String?, at now: UnixTime) async throws(StoreError)

    /// Removes sessions past their limits, one small step at a time.
    ///
    /// - Parameter lastUse: sessions last used before have exceeded the idle limit.
    /// - Returns: whether there was anything to remove.
    func sweepStep(at now: UnixTime, lastUsedBefore lastUse: UnixTime) async throws(StoreError) -> Bool
}
