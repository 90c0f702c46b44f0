/// A span of time whose records are written together and removed together.
///
/// A slice accepts new records for a while and is then closed. It is removed as a whole once its latest expiry has passed.
package struct ReplaySlice: Sendable, Equatable {
    /// How long a slice is kept after its latest expiry, for requests that were verified just before their assertion expired.
    package static let grace: Duration = .seconds(60)

    /// An increasing number that is never reused.
    package let number: Int64
    /// When it began to accept records.
    package let openedAt: UnixTime
    /// At or after the expiry of each record.
    package private(set) var latestExpiry: UnixTime

    package init(number: Int64, openedAt: UnixTime, latestExpiry: UnixTime) {
        self.number = number
        self.openedAt = openedAt
        self.latestExpiry = latestExpiry
    }

    /// Extends `latestExpiry` to at least `expiry`, rounded up to the minute, so that it seldom changes.
    mutating func extend(to expiry: UnixTime) {
        guard expiry > latestExpiry else { return }
        let minute: Int64 = 60_000
        let rest = expiry.milliseconds % minute
        latestExpiry = rest == 0 ? expiry : expiry + .milliseconds(minute - (rest < 0 ? rest + minute : rest))
    }
}

/// The state of a replay log except its records.
package struct ReplayLogState: Sendable, Equatable {
    /// The slices by number; the last one accepts new records.
    package var slices: [ReplaySlice]
    /// The number of batches in the last slice.
    package var batches: Int64
    /// Claims that expire at this time or earlier have been removed, so new ones cannot be decided.
    package var sweptUntil: UnixTime

    package init(slices: [ReplaySlice] = [], batches: Int64 = 0, sweptUntil: UnixTime = .distantPast) {
        self.slices = slices
        self.batches = batches
        self.sweptUntil = sweptUntil
    }
}
