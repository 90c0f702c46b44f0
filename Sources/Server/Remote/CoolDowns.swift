import Countersign

/// The documents that were read a moment ago because a request waited for one (rule 13): they are not read again for another.
struct CoolDowns<Key: Hashable & Sendable>: Sendable {
    private let length: Duration
    private var begunAt: [Key: UnixTime] = [:]
    private var clearedAt: UnixTime?

    init(length: Duration) {
        self.length = length
    }

    /// The number of entries: cool-downs that began within two lengths.
    var count: Int { begunAt.count }

    func isRunning(_ key: Key, at now: UnixTime) -> Bool {
        begunAt[key].map { isRunning(since: $0, at: now) } ?? false
    }

    mutating func begin(_ key: Key, at now: UnixTime) {
        // Once in a length: removing the ended ones takes time for all entries.
        if clearedAt.map({ !isRunning(since: $0, at: now) }) ?? true {
            begunAt = begunAt.filter { isRunning(since: $0.value, at: now) }
            clearedAt = now
        }
        begunAt[key] = now
    }

    /// A clock that was set back ends a cool-down.
    private func isRunning(since start: UnixTime, at now: UnixTime) -> Bool {
        start <= now && now < start + length
    }
}
