/// What a person has allowed a client to ask for again without asking them.
package struct ConsentRecord: Sendable, Equatable {
    package let user: UserID
    package let client: ClientID
    /// The scope tokens allowed at each resource (RFC 8707), by its URI; under `noResource` those of requests without one.
    ///
    /// A scope that was allowed at one resource is not allowed at another one.
    package let allowed: [String: Set<String>]
    package let givenAt: UnixTime
    package var usedAt: UnixTime

    package static let noResource = ""

    package init(
        user: UserID, client: ClientID, allowed: [String: Set<String>], givenAt: UnixTime, usedAt: UnixTime? = nil
    ) {
        self.user = user
        self.client = client
        self.allowed = allowed
        self.givenAt = givenAt
        self.usedAt = usedAt ?? givenAt
    }

    /// What one request was allowed: each scope at each resource.
    package init(
        user: UserID, client: ClientID, scopes: [String], resources: [String] = [], givenAt: UnixTime,
        usedAt: UnixTime? = nil
    ) {
        let allowed = Dictionary(
            Self.keys(of: resources).map { ($0, Set(scopes)) }, uniquingKeysWith: { first, _ in first })
        self.init(user: user, client: client, allowed: allowed, givenAt: givenAt, usedAt: usedAt)
    }

    /// Whether each scope asked for was allowed at each resource asked for.
    package func covers(scopes: [String], resources: [String]) -> Bool {
        Self.keys(of: resources).allSatisfy { allowed[$0]?.isSuperset(of: scopes) == true }
    }

    private static func keys(of resources: [String]) -> [String] { resources.isEmpty ? [noResource] : resources }

    /// All scope tokens, sorted.
    package var scopes: [String] { allowed.values.reduce(into: Set()) { $0.formUnion($1) }.sorted() }
    /// All resources, sorted.
    package var resources: [String] { allowed.keys.filter { $0 != Self.noResource }.sorted() }
}

/// The consents of one issuer.
package protocol ConsentStore: Sendable {
    func consent(of user: UserID, to client: ClientID) async throws(StoreError) -> ConsentRecord?

    /// Adds to what a person has allowed a client.
    ///
    /// - Throws: `notFound` if the person has been removed.
    func give(_ consent: ConsentRecord) async throws(StoreError)

    /// Records the time of a use.
    func touch(user: UserID, client: ClientID, at now: UnixTime) async throws(StoreError)

    /// Returns the clients with a consent or a grant in force, in order of the clients.
    ///
    /// - Parameter limit: the most clients that are returned. Of the grants of one client at most 1000 are looked at.
    func access(of user: UserID, limit: Int) async throws(StoreError) -> [ClientAccess]

    /// Returns what `access(of:limit:)` returns about one client.
    func access(of user: UserID, to client: ClientID) async throws(StoreError) -> ClientAccess?

    /// Withdraws a consent, if there is one, and revokes the client's grants from this person.
    ///
    /// - Returns: whether there was one.
    func withdraw(of user: UserID, from client: ClientID, at now: UnixTime) async throws(StoreError) -> Bool
}
