/// A cached key set with prepared keys.
final class KeySetCopy: RemoteCopy {
    let keys: [ClientKey]
    /// The keys of the set that cannot be used.
    let refused: [JWKSet.Refused]
    let freshness: Freshness

    /// - Parameter set: the set in the record's document; `nil` if there is none.
    init(_ record: RemoteKeySetRecord, _ set: JWKSet?) {
        keys = set?.keys.map { ClientKey($0) } ?? []
        refused = set?.refused ?? []
        freshness = record.freshness
    }

    /// Returns whether another copy has the same keys in the same order.
    func hasSameKeys(as other: KeySetCopy?) -> Bool {
        other.map { keys.elementsEqual($0.keys) { $0.isSame(as: $1) } } ?? false
    }
}

extension RemoteKeySetRecord {
    var freshness: Freshness {
        get { Freshness(receivedAt: fetchedAt, expiresAt: expiresAt, nextAttemptAt: nextAttemptAt, problem: problem) }
        set {
            (fetchedAt, expiresAt) = (newValue.receivedAt, newValue.expiresAt)
            (nextAttemptAt, problem) = (newValue.nextAttemptAt, newValue.problem)
        }
    }

    /// Updates the record after an attempt, and returns the set if a new document was received. The jitter is 0 to 1.
    mutating func update(
        after reading: RemoteReading, at now: UnixTime, jitter: Double, _ parse: KeySetRefresher.Parser
    ) -> JWKSet? {
        var set: JWKSet?
        let (problem, lifetime): (String?, Duration?)
        switch reading {
        case .received(let body, let etag, let allowed):
            do throws(KeyError) {
                set = try parse(body)
                (self.body, self.etag) = (body, etag)
                (problem, lifetime) = (nil, allowed)
            } catch {
                (problem, lifetime) = ("the document is not a valid JWK Set: \(error.phrase)", nil)
            }
        case .notModified(let allowed):
            let missing = "the server answered 304, but there is no copy"
            (problem, lifetime) = (body.isEmpty ? missing : nil, allowed)
        case .failed(let reason): (problem, lifetime) = (reason, nil)
        }
        failures = problem == nil ? 0 : failures + 1
        freshness =
            if let problem {
                freshness.failed(at: now, failures: failures, problem)
            } else {
                .received(at: now, lifetime: lifetime, jitter: jitter)
            }
        return set
    }
}
