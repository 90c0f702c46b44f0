import Countersign

/// A client that is a URL and has proved a key (draft-ietf-oauth-client-id-metadata-document).
package struct ProvenClientURL: Sendable, Equatable {
    /// How many are kept at most.
    package static let maximumCount = 10_000

    /// The URL, which is the client's identifier.
    package let id: ClientID
    /// When it last proved a key; what is kept is up to an hour older.
    package let provenAt: UnixTime

    /// Makes a record.
    package init(id: ClientID, provenAt: UnixTime) {
        self.id = id
        self.provenAt = provenAt
    }
}

/// Remembers which clients that are URLs have proved a key: a restart must not make strangers of them. Nothing else about such a
/// client is kept, and nothing at all about one that has proved nothing.
package protocol ProvenClientURLStore: Sendable {
    /// All that are kept, the latest first.
    func all() async throws(StoreError) -> [ProvenClientURL]

    /// Keeps proofs; of two of the same client the later one counts, in whichever order they come. An identifier that cannot be
    /// registered is left aside. The oldest go when there are more than `ProvenClientURL.maximumCount`.
    ///
    /// - Parameter forgotten: those that are no longer to be kept.
    func record(
        _ proofs: [ProvenClientURL], forgetting forgotten: [ClientID]
    ) async throws(StoreError)
}
