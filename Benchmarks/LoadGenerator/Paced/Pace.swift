import NIOCore

/// An even schedule of requests, independent of the answers (open loop).
struct Pace: Sendable {
    let start: NIODeadline
    /// In requests per second.
    let rate: Int

    func due(_ index: Int) -> NIODeadline {
        start + .nanoseconds(Int64(index) * 1_000_000_000 / Int64(rate))
    }

    /// Returns the number of requests due within a time from the start.
    func count(in time: Duration) -> Int {
        Int(time / .milliseconds(1) * Double(rate) / 1000)
    }
}
