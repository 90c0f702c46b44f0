import Countersign
import CountersignJOSE
import Store

/// A cached key set, its keys prepared.
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

    func standing(at now: UnixTime, grace: Duration) -> Freshness.Standing {
        freshness.standing(at: now, grace: grace)
    }

    /// Whether another copy has the same keys in the same order.
    func hasSameKeys(as other: KeySetCopy?) -> Bool {
        other.map { keys.elementsEqual($0.keys) { $0.isSame(as: $1) } } ?? false
    }
}

extension RemoteKeySetRecord {
    var freshness: Freshness {
        Freshness(receivedAt: fetchedAt, expiresAt: expiresAt, nextAttemptAt: nextAttemptAt, problem: problem)
    }

    /// Updates the record after an attempt.
    ///
    /// - Parameters:
    ///   - jitter: 0 to 1.
    ///   - parse: reads a key set.
    /// - Returns: the set, if a new document was received.
    mutating func update(
        after reading: RemoteReading, at now: UnixTime, jitter: Double, _ parse: KeySetRefresher.Parser
    ) -> JWKSet? {
        switch reading {
        case .received(let body, let etag, let lifetime):
            do throws(KeyError) {
                let set = try parse(body)
                (self.body, self.etag) = (body, etag)
                succeed(lifetime, at: now, jitter)
                return set
            } catch {
                fail("the document is no JWK Set: \(error.explanation)", at: now)
            }
        case .notModified(let lifetime):
            if body.isEmpty {
                fail("the server says that nothing has changed, and there is no copy to be kept", at: now)
            } else {
                succeed(lifetime, at: now, jitter)
            }
        case .failed(let reason): fail(reason, at: now)
        }
        return nil
    }

    private mutating func succeed(_ lifetime: Duration?, at now: UnixTime, _ jitter: Double) {
        let freshness = Freshness.received(at: now, lifetime: lifetime, jitter: jitter)
        (fetchedAt, expiresAt, nextAttemptAt) = (freshness.receivedAt, freshness.expiresAt, freshness.nextAttemptAt)
        (failures, problem) = (0, nil)
    }

    private mutating func fail(_ reason: String, at now: UnixTime) {
        failures += 1
        let freshness = freshness.failed(at: now, failures: failures, reason)
        (nextAttemptAt, problem) = (freshness.nextAttemptAt, freshness.problem)
    }
}
