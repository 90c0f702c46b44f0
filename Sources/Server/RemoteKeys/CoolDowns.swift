import Countersign
import CountersignJOSE

/// Which key sets were read a moment ago because a request waited for it (rule 13): they are not read for another one.
struct CoolDowns {
    private let length: Duration
    private var begunAt: [ExactString: UnixTime] = [:]
    private var clearedAt: UnixTime?

    init(length: Duration) {
        self.length = length
    }

    /// How many are remembered: those that began within two lengths.
    var count: Int { begunAt.count }

    func isRunning(_ url: ExactString, at now: UnixTime) -> Bool {
        begunAt[url].map { isRunning(since: $0, at: now) } ?? false
    }

    mutating func begin(_ url: ExactString, at now: UnixTime) {
        // Not at each step: that would cost all requests what one of them asks for.
        if clearedAt.map({ !isRunning(since: $0, at: now) }) ?? true {
            begunAt = begunAt.filter { isRunning(since: $0.value, at: now) }
            clearedAt = now
        }
        begunAt[url] = now
    }

    /// A clock that was set back ends a cool-down.
    private func isRunning(since start: UnixTime, at now: UnixTime) -> Bool {
        start <= now && now < start + length
    }
}
