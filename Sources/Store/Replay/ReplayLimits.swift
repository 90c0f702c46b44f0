import Countersign

/// What bounds a replay log.
package struct ReplayLimits: Sendable {
    /// How many claims are held. Each takes 10 to 15 bytes of memory.
    package var maximumLiveClaims = 10_000_000
    /// How long a slice takes new records.
    package var sliceLength: Duration = .seconds(450)
    /// How many slices there may be. Each is looked through by each claim.
    package var maximumSlices = 64
    /// How many slices there may be besides that were opened further ahead than `clockDifference`.
    package var maximumSlicesAhead: Int { maximumSlices * 3 }
    /// How far ahead of the clock a slice may have been opened and still take records. One opened later than that was opened by a
    /// wrong clock and would stay open until that time.
    package var clockDifference: Duration = .seconds(60)

    package init() {}

    /// The limits for claims that expire within a time. A claim looks through some ten slices at most.
    ///
    /// - Parameter lifetime: the longest between a claim and its expiry.
    package init(longestLifetime lifetime: Duration, maximumLiveClaims: Int) {
        self.maximumLiveClaims = maximumLiveClaims
        sliceLength = max(.seconds(60), lifetime / 8)
    }
}
