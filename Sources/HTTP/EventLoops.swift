import FoundationEssentials
import NIOCore

/// The threads that read from and write to connections.
package enum EventLoops {
    /// Starts one thread for each processor this process may run on, which can be fewer than the machine has (`taskset`, systemd's
    /// `CPUAffinity`).
    ///
    /// Call it once, before anything listens or connects.
    package static func matchUsableProcessors() {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let count = allowedProcessors(in: status)
        else { return }
        NIOSingletons.groupLoopCountSuggestion = min(count, System.coreCount)
    }

    /// The bits of the line `Cpus_allowed:	ff,ffffffff`.
    static func allowedProcessors(in status: String) -> Int? {
        let label = "Cpus_allowed:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(label) }) else { return nil }
        let count = line.dropFirst(label.count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return count > 0 ? count : nil
    }
}
