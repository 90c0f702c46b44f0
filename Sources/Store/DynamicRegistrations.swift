/// What is known about a client that has registered itself (RFC 7591): how it came, and when it is removed if it goes unused.
package struct DynamicRegistration: Sendable, Equatable {
    /// Who has let it in.
    package enum Origin: String, Sendable, CaseIterable {
        /// The operator, with an initial access token.
        case token
        /// Open registration, without a token.
        case open
    }

    package let client: ClientID
    package let origin: Origin
    /// The identifier of its initial access token; `nil` for an open registration.
    package let initialAccessToken: String?
    /// The SHA-256 of its registration access token (RFC 7592 §3).
    package let digest: [UInt8]
    package let registeredAt: UnixTime
    /// When it last used its registration; `nil` if it never has. Stored values may be up to an hour older.
    package var usedAt: UnixTime?
    package var expiresAt: UnixTime

    package init(
        client: ClientID, origin: Origin, initialAccessToken: String? = nil, digest: [UInt8], registeredAt: UnixTime,
        usedAt: UnixTime? = nil, expiresAt: UnixTime
    ) {
        self.client = client
        self.origin = origin
        self.initialAccessToken = initialAccessToken
        self.digest = digest
        self.registeredAt = registeredAt
        self.usedAt = usedAt
        self.expiresAt = expiresAt
    }
}

/// The most open registrations that a store holds.
package struct OpenRegistrationBounds: Sendable, Equatable {
    /// Of those that were never used.
    package var unused: Int
    /// Of all.
    package var total: Int

    package init(unused: Int, total: Int) {
        self.unused = unused
        self.total = total
    }
}

package enum RegistrationOutcome: Sendable, Equatable {
    case added
    /// There are as many open registrations as allowed.
    case full
    /// The initial access token was revoked, has expired, or was used as often as allowed.
    case tokenEnded
}

/// The clients that have registered themselves. A client that the operator has added is not among them.
package protocol DynamicRegistrationStore: Sendable {
    /// Registers a client with its keys in one transaction. That of an initial access token counts as one use of the token.
    ///
    /// - Parameter bounds: for an open registration.
    /// - Throws: `conflict` if the identifier is taken, `invalid` if the client cannot be stored.
    func add(
        _ registration: ClientRegistration, _ dynamic: DynamicRegistration, within bounds: OpenRegistrationBounds
    ) async throws(StoreError) -> RegistrationOutcome

    /// Finds a registration by the digest of its registration access token.
    func registration(_ digest: [UInt8]) async throws(StoreError) -> DynamicRegistration?

    /// Returns those of some clients, in their order; a client that an operator has added has none.
    func registrations(of clients: [ClientID]) async throws(StoreError) -> [DynamicRegistration]

    /// Returns all in byte order of the clients' identifiers.
    func all() async throws(StoreError) -> [DynamicRegistration]

    /// Records that clients were used and when their registrations expire if they are not used again. Others are ignored.
    func recordUses(_ uses: [(client: ClientID, at: UnixTime)], lifetime: Duration) async throws(StoreError)

    /// Removes some of the registrations that have expired, with their clients.
    ///
    /// - Returns: the removed clients; none if no registration has expired.
    func removeExpired(at now: UnixTime) async throws(StoreError) -> [ClientID]
}
