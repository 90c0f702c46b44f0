import Countersign

/// That a client has proved itself with a key.
package struct KeyUse: Sendable, Equatable {
    /// The client.
    package let client: ClientID
    /// The key's RFC 7638 thumbprint: a key is known by it wherever it came from.
    package let thumbprint: String
    /// When.
    package let at: UnixTime

    /// Notes a use.
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
    /// For each client only the latest few hundred are kept, so that a changing key set cannot fill the store.
    func record(_ uses: [KeyUse]) async throws(StoreError)

    /// When each of a client's keys was last used, by RFC 7638 thumbprint. Unused keys are missing.
    func latest(of id: ClientID) async throws(StoreError) -> [String: UnixTime]
}
