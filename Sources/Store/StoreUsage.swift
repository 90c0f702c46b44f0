@_exported import Metering

/// What a store has done and what waits for it, for metrics. Counts begin with the process.
package struct StoreUsage: Sendable {
    /// The `jti`s that each transaction claimed, failed ones included.
    package var claimsPerCommit = HistogramSnapshot.empty
    /// Claims that wait for the writer.
    package var waitingClaims = 0
    /// Other writes that share transactions and wait for the writer.
    package var waitingWrites = 0
    package var waitingAuditEntries = 0
    /// Audit entries that found their queue full, or could not be written.
    package var droppedAuditEntries = 0
    /// How long reads waited for a connection.
    package var readWaits = HistogramSnapshot.empty
    /// Look-ups that waited because their connection was in use.
    package var lookUpWaits: UInt64 = 0

    package init() {}
}

extension Histogram {
    /// Returns a histogram of how many items a transaction has.
    package static func ofBatches() -> Histogram {
        Histogram(.count, bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
    }

    /// Returns a histogram of how long something waits.
    package static func ofWaits() -> Histogram {
        Histogram(
            .seconds, bounds: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5].map { UInt64($0 * 1e9) })
    }
}
