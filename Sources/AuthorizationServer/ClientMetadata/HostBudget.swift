import Countersign
import Synchronization

/// How many documents may be read for the first time in a minute: whoever makes up identifiers on an allowed host makes few fetches.
///
/// Each host has its budget, and so has each entry of the list of allowed hosts: `*.example.com` allows any number of hosts, and
/// whoever owns the domain can make them up. A class because all requests share it.
final class HostBudget: Sendable {
    private struct Minute {
        let begunAt: UnixTime
        var byHost: [String: Int] = [:]
        var byPattern: [String: Int] = [:]
    }

    private let hostLimit: Int
    private let patternLimit: Int
    private let minute = Mutex(Minute(begunAt: .distantPast))

    init(hostLimit: Int = 60, patternLimit: Int = 600) {
        self.hostLimit = hostLimit
        self.patternLimit = patternLimit
    }

    /// - Parameter pattern: the entry of the list of allowed hosts that allows the host.
    /// - Returns: whether one more may be read.
    func spend(on host: String, allowedBy pattern: String, at now: UnixTime) -> Bool {
        minute.withLock { minute in
            if now < minute.begunAt || minute.begunAt + .seconds(60) <= now { minute = Minute(begunAt: now) }
            guard minute.byHost[host, default: 0] < hostLimit, minute.byPattern[pattern, default: 0] < patternLimit
            else { return false }
            minute.byHost[host, default: 0] += 1
            minute.byPattern[pattern, default: 0] += 1
            return true
        }
    }
}
