/// What a person has allowed a client to ask for again without asking them.
package struct ConsentRecord: Sendable, Equatable {
    package let user: UserID
    package let client: ClientID
    /// The scope tokens, sorted.
    package let scopes: [String]
    /// The resources (RFC 8707), sorted.
    package let resources: [String]
    package let givenAt: UnixTime
    package var usedAt: UnixTime

    package init(
        user: UserID, client: ClientID, scopes: [String], resources: [String] = [], givenAt: UnixTime,
        usedAt: UnixTime? = nil
    ) {
        self.user = user
        self.client = client
        self.scopes = scopes
        self.resources = resources
        self.givenAt = givenAt
        self.usedAt = usedAt ?? givenAt
    }

    /// Whether everything asked for was allowed before.
    package func covers(scopes: [String], resources: [String]) -> Bool {
        Set(self.scopes).isSuperset(of: scopes) && Set(self.resources).isSuperset(of: resources)
    }
}

/// The consents of one issuer.
package protocol ConsentStore: Sendable {
    func consent(of user: UserID, to client: ClientID) async throws(StoreError) -> ConsentRecord?

    /// Returns a person's consents in order of the clients.
    func consents(of user: UserID) async throws(StoreError) -> [ConsentRecord]

    /// Adds to what a person has allowed a client.
    ///
    /// - Throws: `notFound` if the person has been removed.
    func give(_ consent: ConsentRecord) async throws(StoreError)

    /// Records the time of a use.
    func touch(user: UserID, client: ClientID, at now: UnixTime) async throws(StoreError)

    /// Withdraws a consent and revokes the client's grants from this person.
    ///
    /// - Returns: whether there was one.
    func withdraw(of user: UserID, from client: ClientID, at now: UnixTime) async throws(StoreError) -> Bool
}
