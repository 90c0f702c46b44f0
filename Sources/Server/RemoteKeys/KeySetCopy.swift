import Countersign
import CountersignJOSE
import Store

/// A key set in memory: its keys prepared, and how long it may be used. A class, so that a hit copies one reference.
final class KeySetCopy: Sendable {
    let keys: [ClientKey]
    /// What is wrong with keys of the set that cannot be used.
    let refused: [JWKSet.Refused]
    let freshness: Freshness

    /// Prepares the keys of a stored set. One whose document cannot be read any more has none.
    init(_ record: RemoteKeySetRecord) {
        let set = record.body.isEmpty ? nil : try? JWKSet(parsingPublished: record.body)
        keys = set?.keys.map { ClientKey($0) } ?? []
        refused = set?.refused ?? []
        freshness = record.freshness
    }

    /// Whether another copy has the same keys in the same order.
    func hasSameKeys(as other: KeySetCopy?) -> Bool {
        other.map { keys.elementsEqual($0.keys) { $0.isSame(as: $1) } } ?? false
    }
}

extension RemoteKeySetRecord {
    /// How long the set is used.
    var freshness: Freshness {
        Freshness(receivedAt: fetchedAt, expiresAt: expiresAt, nextAttemptAt: nextAttemptAt, problem: problem)
    }

    /// The record after an attempt.
    ///
    /// - Parameters:
    ///   - claimedAt: when the attempt began.
    ///   - jitter: 0 to 1.
    func after(
        _ reading: RemoteReading, claimedAt: UnixTime, at now: UnixTime, jitter: Double
    ) -> RemoteKeySetRecord {
        var record = self
        record.attemptedAt = claimedAt
        switch reading {
        case .received(let body, let etag, let lifetime):
            do {
                _ = try JWKSet(parsingPublished: body)
            } catch {
                record.fail("the document is no JWK Set: \(error.explanation)", at: now)
                return record
            }
            record.body = body
            record.etag = etag
            record.succeed(lifetime, at: now, jitter)
        case .notModified(let lifetime):
            guard !body.isEmpty else {
                record.fail("the server says that nothing has changed, and there is no copy to be kept", at: now)
                return record
            }
            record.succeed(lifetime, at: now, jitter)
        case .failed(let reason): record.fail(reason, at: now)
        }
        return record
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
