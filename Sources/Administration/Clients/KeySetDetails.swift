@_exported import Server

/// The key set at a client's `jwks_uri` as it was last read: its usable keys, and the reasons why others are not.
package struct KeySetDetails: Sendable {
    package let url: String
    /// `nil` if none was ever read.
    package let fetchedAt: UnixTime?
    /// The end of its freshness (RFC 9111 §4.2); `nil` if none was ever read.
    package let freshUntil: UnixTime?
    package let attemptedAt: UnixTime
    /// Failed attempts since the last successful one.
    package let failures: Int
    /// Why the last attempt failed, as a clause.
    package let problem: String?
    package let keys: [JWK]
    package let refused: [RefusedKey]

    /// A key of the set that cannot be used.
    package struct RefusedKey: Sendable {
        /// Its place in the set, from 0.
        package let index: Int
        package let keyID: ExactString?
        /// As a clause.
        package let reason: String
    }

    package init(
        url: String, fetchedAt: UnixTime?, freshUntil: UnixTime?, attemptedAt: UnixTime, failures: Int,
        problem: String?, keys: [JWK], refused: [RefusedKey]
    ) {
        self.url = url
        self.fetchedAt = fetchedAt
        self.freshUntil = freshUntil
        self.attemptedAt = attemptedAt
        self.failures = failures
        self.problem = problem
        self.keys = keys
        self.refused = refused
    }

    package init(_ record: RemoteKeySetRecord) {
        let set = try? JWKSet(parsingPublished: record.body)
        url = record.url
        (fetchedAt, freshUntil, attemptedAt) = (record.fetchedAt, record.expiresAt, record.attemptedAt)
        (failures, problem) = (record.failures, record.problem)
        keys = set?.keys ?? []
        refused = (set?.refused ?? []).map {
            RefusedKey(index: $0.index, keyID: $0.keyID, reason: $0.reason.phrase)
        }
    }
}
