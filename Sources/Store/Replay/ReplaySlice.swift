import Countersign

/// A span of time whose records are written together and removed together.
///
/// A slice takes new records for a while and is then closed. Once the latest expiry in it has passed it is removed as a whole.
package struct ReplaySlice: Sendable, Equatable {
    /// How long a slice is kept after its latest expiry: a request that was verified in the last moment of an assertion finds the
    /// slice still there.
    package static let grace: Duration = .seconds(60)

    /// Numbers grow; one is not used twice.
    package let number: Int64
    /// When it began to take records.
    package let openedAt: UnixTime
    /// At or after the expiry of each record.
    package private(set) var latestExpiry: UnixTime

    package init(number: Int64, openedAt: UnixTime, latestExpiry: UnixTime) {
        self.number = number
        self.openedAt = openedAt
        self.latestExpiry = latestExpiry
    }

    /// Takes care that the slice is kept until `expiry`. It is rounded up to the minute, so that it changes seldom.
    mutating func keep(until expiry: UnixTime) {
        guard expiry > latestExpiry else { return }
        let minute: Int64 = 60_000
        let rest = expiry.milliseconds % minute
        latestExpiry = rest == 0 ? expiry : expiry + .milliseconds(minute - (rest < 0 ? rest + minute : rest))
    }
}

/// What a replay log remembers beside its records.
package struct ReplayLogState: Sendable, Equatable {
    /// By number; the last takes new records.
    package var slices: [ReplaySlice]
    /// How many batches the last slice has.
    package var batches: Int64
    /// How far the log was cleared: no claim that expires then or sooner can be decided any more.
    package var sweptUntil: UnixTime

    package init(slices: [ReplaySlice] = [], batches: Int64 = 0, sweptUntil: UnixTime = .distantPast) {
        self.slices = slices
        self.batches = batches
        self.sweptUntil = sweptUntil
    }
}
