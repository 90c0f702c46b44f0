/// The access of a client to a person's account: what the person has allowed it, and its grants in force.
package struct ClientAccess: Sendable, Equatable {
    package let client: ClientID
    /// `nil` if the person was not asked, because the operator trusts the client.
    package let consent: ConsentRecord?
    /// `nil` if no grant is in force.
    package let grants: GrantSummary?
    package let since: UnixTime
    /// When the client was last given a grant, or could have been without a question.
    package let lastUse: UnixTime

    /// - Returns: `nil` if there is neither a consent nor a grant in force.
    package init?(client: ClientID, consent: ConsentRecord?, grants: GrantSummary?) {
        guard let since = [consent?.givenAt, grants?.oldest].compactMap(\.self).min(),
            let lastUse = [consent?.usedAt, grants?.newest].compactMap(\.self).max()
        else { return nil }
        self.client = client
        self.consent = consent
        self.grants = grants
        self.since = since
        self.lastUse = lastUse
    }

    /// All scope tokens, sorted.
    package var scopes: [String] { (grants?.scopes ?? []).union(consent?.scopes ?? []).sorted() }
    /// All resources, sorted.
    package var resources: [String] { (grants?.resources ?? []).union(consent?.resources ?? []).sorted() }
}

/// What the grants in force of one person and one client are for.
package struct GrantSummary: Sendable, Equatable {
    package let scopes: Set<String>
    package let resources: Set<String>
    /// When the oldest of them was made.
    package let oldest: UnixTime
    /// When the newest of them was made.
    package let newest: UnixTime

    package init(scopes: Set<String>, resources: Set<String> = [], oldest: UnixTime, newest: UnixTime) {
        self.scopes = scopes
        self.resources = resources
        self.oldest = oldest
        self.newest = newest
    }
}
