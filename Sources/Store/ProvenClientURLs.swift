/// A URL client that has proved a key (draft-ietf-oauth-client-id-metadata-document).
package struct ProvenClientURL: Sendable, Equatable {
    /// The most records kept.
    package static let maximumCount = 10_000

    /// The URL, which is the client's identifier.
    package let id: ClientID
    /// When it last proved a key; stored values may be up to an hour older.
    package let provenAt: UnixTime

    package init(id: ClientID, provenAt: UnixTime) {
        self.id = id
        self.provenAt = provenAt
    }
}

/// The URL clients that have proved a key, so that they stay known after a restart. Nothing else about these clients is stored, and
/// nothing at all about URL clients that have not proved a key.
package protocol ProvenClientURLStore: Sendable {
    /// Returns all records, latest first.
    func all() async throws(StoreError) -> [ProvenClientURL]

    /// Records proofs in any order; the latest of each client counts. Identifiers that cannot be registered are ignored. The oldest
    /// records beyond `ProvenClientURL.maximumCount` are removed.
    ///
    /// - Parameter forgotten: the clients whose records are removed.
    func record(
        _ proofs: [ProvenClientURL], forgetting forgotten: [ClientID]
    ) async throws(StoreError)
}
