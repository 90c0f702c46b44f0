/// A record of one successful use of a key.
package struct KeyUse: Sendable, Equatable {
    package let client: ClientID
    /// The key's RFC 7638 thumbprint, which identifies it whatever its source.
    package let thumbprint: String
    package let at: UnixTime

    package init(client: ClientID, thumbprint: String, at: UnixTime) {
        self.client = client
        self.thumbprint = thumbprint
        self.at = at
    }
}

/// The last use of each key, for people: no decision depends on it, and writes here do not change the client revision.
package protocol KeyUseStore: Sendable {
    /// Records uses in any order; the latest of each key counts. Uses by unregistered clients are ignored. Large batches are
    /// written in several transactions, so that other writes are not delayed.
    ///
    /// Only the latest few hundred per client are kept, so that a changing key set cannot fill the store.
    func record(_ uses: [KeyUse]) async throws(StoreError)

    /// Returns the last use of each of a client's keys by RFC 7638 thumbprint. Unused keys are missing.
    func latest(of id: ClientID) async throws(StoreError) -> [String: UnixTime]
}
