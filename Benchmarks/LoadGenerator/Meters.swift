import Foundation
import NIOCore

/// Time, our own processor time, and the server's.
struct Meters: Sendable {
    /// The measured process, where it is known.
    let server: ServerProcess?

    struct Reading: Sendable {
        let time: NIODeadline
        /// Seconds of processor time of the load generator.
        let own: Double
        /// Seconds of processor time of the server.
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
