/// A token with which the operator lets clients register themselves (RFC 7591 §3), and what these clients may have.
package struct InitialAccessToken: Sendable, Equatable {
    package static let longestLifetime: Duration = .seconds(31_536_000)
    package static let mostUses = 1_000_000

    /// Names it for the operator: 8 hexadecimal digits.
    package let id: String
    /// The SHA-256 of the token.
    package let digest: [UInt8]
    /// For the operator.
    package let note: String
    /// The scope tokens that its clients can be granted; `nil` means those of the server's settings.
    package let scopes: [String]?
    /// The grants that its clients may have; `nil` means those with which people sign in.
    package let grants: [GrantType]?
    /// Whether its clients may ask for `token_endpoint_allow_reuse_pvt_key_jwt`.
    package let allowsReuse: Bool
    /// How many clients it can register.
    package let maximumUses: Int
    /// How many clients it has registered.
    package let uses: Int
    package let createdAt: UnixTime
    package let expiresAt: UnixTime

    package init(
        id: String, digest: [UInt8], note: String = "", scopes: [String]? = nil, grants: [GrantType]? = nil,
        allowsReuse: Bool = false, maximumUses: Int = 1, uses: Int = 0, createdAt: UnixTime, expiresAt: UnixTime
    ) {
        self.id = id
        self.digest = digest
        self.note = note
        self.scopes = scopes
        self.grants = grants
        self.allowsReuse = allowsReuse
        self.maximumUses = maximumUses
        self.uses = uses
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    package enum State: String, Sendable, CaseIterable {
        /// A client can register with it.
        case usable
        /// It has registered as many clients as it can.
        case used
        /// Its time is over, whether it was used or not.
        case expired
    }

    package func state(at now: UnixTime) -> State {
        if now >= expiresAt { .expired } else { uses < maximumUses ? .usable : .used }
    }

    /// Whether a client can register with it now.
    package func isUsable(at now: UnixTime) -> Bool { state(at: now) == .usable }

    /// Checks that an engine can store the record and return it unchanged.
    ///
    /// - Throws: `invalid`.
    package func validate() throws(StoreError) {
        guard !note.utf8.contains(0) else { throw .invalid("The note contains a NUL character") }
        guard (scopes ?? []).allSatisfy({ ClientRecord.isScopeToken($0[...].utf8) }) else {
            throw .invalid("A scope is empty or contains a character that RFC 6749 section 3.3 does not allow")
        }
    }
}

/// The place of a token in the order in which tokens were made.
package struct InitialAccessTokenPosition: Sendable, Hashable {
    package let createdAt: UnixTime
    package let id: String

    package init(createdAt: UnixTime, id: String) {
        (self.createdAt, self.id) = (createdAt, id)
    }
}

extension InitialAccessToken {
    package var position: InitialAccessTokenPosition { InitialAccessTokenPosition(createdAt: createdAt, id: id) }
}

/// The initial access tokens of one issuer. They are counted in the transaction of a registration (`DynamicRegistrationStore.add`).
package protocol InitialAccessTokenStore: Sendable {
    /// Returns all, oldest first.
    func all() async throws(StoreError) -> [InitialAccessToken]

    /// Returns a page of tokens in the order in which they were made.
    ///
    /// - Parameters:
    ///   - state: at `now`; `nil` for any.
    ///   - position: of the token before the page; `nil` for the first page.
    ///   - newestFirst: whether the list begins with the token that was made last.
    func page(
        in state: InitialAccessToken.State?, after position: InitialAccessTokenPosition?, newestFirst: Bool, limit: Int,
        at now: UnixTime
    ) async throws(StoreError) -> [InitialAccessToken]

    /// Counts the tokens, up to a bound, and how many of the newest of them are in each state.
    func counts(
        at now: UnixTime, bound: Int
    ) async throws(StoreError) -> (total: FoundCount, states: [InitialAccessToken.State: Int])

    /// Finds a token by its identifier.
    func token(named id: String) async throws(StoreError) -> InitialAccessToken?

    /// - Throws: `conflict` if the identifier is taken, `invalid`.
    func add(_ token: InitialAccessToken) async throws(StoreError)

    /// Finds a token by its digest.
    func token(_ digest: [UInt8]) async throws(StoreError) -> InitialAccessToken?

    /// Removes a token; the clients that it has registered stay.
    ///
    /// - Throws: `notFound`.
    func remove(_ id: String) async throws(StoreError)
}
