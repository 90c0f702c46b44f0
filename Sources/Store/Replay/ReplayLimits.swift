/// The bounds of a replay log. The defaults are a server's.
package struct ReplayLimits: Sendable {
    /// The most claims held. Each takes 10 to 15 bytes of memory.
    package var maximumLiveClaims = 10_000_000
    /// The name of `maximumLiveClaims` in messages to the operator.
    package var maximumName = "the limit"
    /// How long a slice accepts new records.
    package var sliceLength: Duration = .seconds(450)
    /// The most slices. Each claim searches all of them.
    package var maximumSlices = 64
    /// The most additional slices that were opened further ahead than `maximumClockSkew`.
    package var maximumSlicesAhead: Int { maximumSlices * 3 }
    /// How far ahead of the clock a slice may have been opened and still accept records. One opened further ahead was opened by a
    /// wrong clock and would stay open until that time.
    package var maximumClockSkew: Duration = .seconds(60)

    package init() {}

    /// Chooses limits for claims with a bounded lifetime. A claim then searches about ten slices at most.
    ///
    /// - Parameter lifetime: the longest time between a claim and its expiry.
    package init(longestLifetime lifetime: Duration, maximumLiveClaims: Int, maximumName: String) {
        (self.maximumLiveClaims, self.maximumName) = (maximumLiveClaims, maximumName)
        sliceLength = max(.seconds(60), lifetime / 8)
    }
}
