import Synchronization

/// A rate limit on failed assertions for which more than one key is tried.
///
/// Rule 14 tries up to four keys on an assertion without `kid`, so an unauthenticated caller could make the server verify four
/// signatures per request. Over the limit only one key of the client is tried: the one that last verified, so that attackers cannot
/// lock out the client itself.
///
/// A class because all requests share it. It holds a bounded number of clients, and only existing ones.
final class MultiKeyRateLimit: Sendable {
    private struct Entry {
        var bucket: TokenBucket
        /// The thumbprint of the key that last verified.
        var lastVerified: [UInt8]?
    }

    /// The burst size, in failed assertions.
    static let burst = 20
    /// The sustained rate, in failed assertions per second.
    static let perSecond = 10
    private static let capacity = 1024

    private let entries = Mutex<[ClientID: Entry]>([:])

    /// Returns the keys to try, in order.
    func keys(_ candidates: [ClientKey], of id: ClientID, at now: UnixTime) -> [ClientKey] {
        guard candidates.count > 1 else { return candidates }
        let (mayTryAll, lastVerified) = entries.withLock { entries in
            guard var entry = entries[id] else { return (true, [UInt8]?.none) }
            defer { entries[id] = entry }
            return (entry.bucket.has(at: now), entry.lastVerified)
        }
        var ordered = candidates
        if let lastVerified, let index = ordered.firstIndex(where: { $0.thumbprintDigest == lastVerified }) {
            ordered.swapAt(0, index)
        }
        return mayTryAll ? ordered : Array(ordered.prefix(1))
    }

    /// Records the result of an assertion with several candidate keys.
    ///
    /// - Parameter key: the key that verified the signature, if any.
    func record(_ key: ClientKey?, of id: ClientID, at now: UnixTime) {
        entries.withLock { entries in
            if entries.count >= Self.capacity, entries[id] == nil { entries.removeAll() }
            let full = TokenBucket(capacity: Self.burst, perSecond: Self.perSecond, at: now)
            var entry = entries[id] ?? Entry(bucket: full)
            if let key { entry.lastVerified = key.thumbprintDigest } else { entry.bucket.take() }
            entries[id] = entry
        }
    }
}
