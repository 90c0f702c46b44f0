import NIOCore

/// When each request is due: evenly, whether the ones before were answered or not.
struct Pace: Sendable {
    let start: NIODeadline
    /// Requests in a second.
    let rate: Int

    func due(_ index: Int) -> NIODeadline {
        start + .nanoseconds(Int64(index) * 1_000_000_000 / Int64(rate))
    }

    /// How many requests are due in a time from the start.
    func count(in time: Duration) -> Int {
        Int(time / .milliseconds(1) * Double(rate) / 1000)
    }
}
