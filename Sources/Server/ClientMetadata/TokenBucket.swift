import Countersign

/// An allowance that fills evenly: `capacity` at once, and as many again in each minute.
struct TokenBucket: Sendable {
    private let capacity: Int
    private var tokens: Double
    private var filledAt: UnixTime

    /// A full one.
    init(capacity: Int, at now: UnixTime) {
        self.capacity = capacity
        tokens = Double(capacity)
        filledAt = now
    }

    /// Adds what has come in since the last time. A clock that was set back adds nothing and takes nothing.
    mutating func fill(at now: UnixTime) {
        let elapsed = max(0, (now - filledAt).milliseconds)
        tokens = min(Double(capacity), tokens + Double(elapsed) * Double(capacity) / 60_000)
        filledAt = now
    }

    var hasToken: Bool { tokens >= 1 }

    mutating func take() {
        tokens -= 1
    }
}
