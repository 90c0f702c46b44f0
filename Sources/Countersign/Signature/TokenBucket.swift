/// A token bucket: `capacity` tokens at once, refilled evenly.
package struct TokenBucket: Sendable {
    private let capacity: Double
    private let perSecond: Double
    private var tokens: Double
    private var filledAt: UnixTime
    /// When tokens were last refused.
    package var refusedAt: UnixTime?

    /// Creates a full bucket.
    package init(capacity: Int, perSecond: Int, at now: UnixTime) {
        self.init(capacity: capacity, rate: Double(perSecond), at: now)
    }

    /// Creates a full bucket.
    package init(capacity: Int, perHour: Int, at now: UnixTime) {
        self.init(capacity: capacity, rate: Double(perHour) / 3600, at: now)
    }

    private init(capacity: Int, rate: Double, at now: UnixTime) {
        self.capacity = Double(capacity)
        perSecond = rate
        tokens = Double(capacity)
        filledAt = now
    }

    /// Refills the bucket, and returns whether it has enough tokens. A clock that was set back adds no tokens and removes none.
    package mutating func has(_ count: Int = 1, at now: UnixTime) -> Bool {
        let elapsed = max(0, (now - filledAt).milliseconds)
        tokens = min(capacity, tokens + Double(elapsed) * perSecond / 1000)
        filledAt = now
        if tokens < Double(count) { refusedAt = now }
        return tokens >= Double(count)
    }

    /// Takes tokens, at most those that the bucket has.
    package mutating func take(_ count: Int = 1) {
        tokens = max(0, tokens - Double(count))
    }

    /// Gives back a token that was taken for nothing.
    package mutating func giveBack() {
        tokens = min(capacity, tokens + 1)
    }
}
