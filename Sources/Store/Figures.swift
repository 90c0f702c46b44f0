/// What one process of a server did in one minute.
package struct MinuteFigures: Sendable, Equatable {
    /// The most minutes that are kept: 35 days of one process.
    package static let capacity = 35 * 24 * 60

    /// The start of the minute.
    package let at: UnixTime
    /// The process, by a name that it chose at its start. A minute in which a server was restarted has two records.
    package let process: String
    /// Counts by name.
    package let counts: JSONObject

    package init(at: UnixTime, process: String, counts: JSONObject) {
        (self.at, self.process, self.counts) = (at, process, counts)
    }
}

/// What a server did, minute by minute, for people: no decision depends on it.
package protocol FigureStore: Sendable {
    /// Adds minutes and removes the oldest ones beyond the capacity. What is old is decided by the order in which minutes were added and not by
    /// their times, so a clock that ran ahead removes nothing.
    ///
    /// - Parameter capacity: the most minutes that are kept.
    func add(_ minutes: [MinuteFigures], capacity: Int) async throws(StoreError)

    /// Returns the minutes from a time on, the one that was added last first.
    func minutes(since start: UnixTime, limit: Int) async throws(StoreError) -> [MinuteFigures]
}
