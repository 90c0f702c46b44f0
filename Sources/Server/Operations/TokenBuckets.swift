import Caching

/// A token bucket for each key: for each client, person or registration.
package struct TokenBuckets<Key: Hashable & Sendable>: Sendable {
    /// An evicted bucket is full again, but evicting one takes more keys than a flood needs.
    private var buckets = GenerationalCache<Key, TokenBucket>(capacity: 20_000)
    private let atOnce: Int
    private let perHour: Int

    package init(atOnce: Int, perHour: Int) {
        self.atOnce = atOnce
        self.perHour = perHour
    }

    /// How long it takes until a bucket that is empty has one more token.
    package var wait: Duration { .milliseconds(3_600_000 / perHour) }

    /// Takes a token.
    ///
    /// - Returns: whether there was one.
    package mutating func take(for key: Key, at now: UnixTime) -> Bool {
        var bucket = buckets[key] ?? TokenBucket(capacity: atOnce, perHour: perHour, at: now)
        defer { buckets.insert(bucket, for: key) }
        guard bucket.has(at: now) else { return false }
        bucket.take()
        return true
    }
}
