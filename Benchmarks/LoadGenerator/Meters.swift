import Foundation
import NIOCore

/// The clock, and the CPU times of the load generator and the server.
struct Meters: Sendable {
    /// The measured process, if known.
    let server: ServerProcess?

    struct Reading: Sendable {
        let time: NIODeadline
        /// The load generator's CPU time in seconds.
        let own: Double
        /// The server's CPU time in seconds.
        let server: Double?
    }

    func read() throws -> Reading {
        Reading(time: .now(), own: Self.ownProcessorSeconds(), server: try server?.processorSeconds())
    }

    private static func ownProcessorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
