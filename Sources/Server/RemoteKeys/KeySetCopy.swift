/// A cached key set with prepared keys.
final class KeySetCopy: RemoteCopy {
    let keys: [ClientKey]
    /// The keys of the set that cannot be used.
    let refused: [JWKSet.Refused]
    let freshness: Freshness
    /// The set as received; `nil` if it is in the store.
    let record: RemoteKeySetRecord?

    /// - Parameter set: the set in the record's document; `nil` if there is none.
    init(_ record: RemoteKeySetRecord, _ set: JWKSet?, keepsRecord: Bool) {
        keys = set?.keys.map { ClientKey($0) } ?? []
        refused = set?.refused ?? []
        freshness = record.freshness
        self.record = keepsRecord ? record : nil
    }

    /// Returns whether another copy has the same keys in the same order.
    func hasSameKeys(as other: KeySetCopy?) -> Bool {
        other.map { keys.elementsEqual($0.keys) { $0.isSame(as: $1) } } ?? false
    }
}

extension RemoteKeySetRecord {
    /// Returns how long a set is kept.
    ///
    /// - Parameter lifetime: stated by the server.
    package static func lifetime(stated lifetime: Duration?) -> Duration { Freshness.lifetime(stated: lifetime) }

    var freshness: Freshness {
        Freshness(receivedAt: fetchedAt, expiresAt: expiresAt, nextAttemptAt: nextAttemptAt, problem: problem)
    }

    /// Updates the record after an attempt, and returns the set if a new document was received. The jitter is 0 to 1.
    mutating func update(
        after result: ReadResult, at now: UnixTime, jitter: Double, _ parse: KeySetRefresher.Parser
    ) -> JWKSet? {
        var set: JWKSet?
        var lifetime: Duration?
        var failure: String?
        switch result {
        case .received(let body, let etag, let allowed):
            do throws(KeyError) {
                set = try parse(body)
                (self.body, self.etag, lifetime) = (body, etag, allowed)
            } catch {
                failure = "the document is not a valid JWK Set: \(error.phrase)"
            }
        case .notModified(let allowed):
            lifetime = allowed
            if body.isEmpty { failure = "the server answered 304, but there is no copy" }
        case .failed(let reason): failure = reason
        }
        failures = failure == nil ? 0 : failures + 1
        let after =
            failure.map { freshness.failed(at: now, failures: failures, $0) }
            ?? .received(at: now, lifetime: lifetime, jitter: jitter)
        (fetchedAt, expiresAt) = (after.receivedAt, after.expiresAt)
        (nextAttemptAt, problem) = (after.nextAttemptAt, failure)
        return set
    }
}
