import Countersign
import CountersignJOSE

/// When each registered key set is to be read next, whether it is in memory or not.
struct KeySetSchedule {
    private struct Entry {
        var dueAt: UnixTime
        /// Whether the last attempt failed.
        var isFailing: Bool
    }

    private var entries: [ExactString: Entry] = [:]

    /// Forgets all but these.
    ///
    /// - Returns: those of them that are not in the schedule yet.
    mutating func keep(_ urls: Set<ExactString>) -> [ExactString] {
        entries = entries.filter { urls.contains($0.key) }
        return urls.filter { entries[$0] == nil }
    }

    /// Adds a set.
    mutating func add(_ url: ExactString, dueAt: UnixTime, isFailing: Bool) {
        entries[url] = Entry(dueAt: dueAt, isFailing: isFailing)
    }

    /// Notes what became of an attempt; one that is not in the schedule stays out of it.
    mutating func note(_ url: ExactString, _ freshness: Freshness) {
        guard entries[url] != nil else { return }
        add(url, dueAt: freshness.nextAttemptAt, isFailing: freshness.problem != nil)
    }

    /// The next few that are due, and when: those that have waited longest, and after all of them those that could not be read last
    /// time either. So key servers that are down hold up nobody else's refresh.
    ///
    /// Those taken are put off for a while: should nothing become of the attempt, they are due again then.
    mutating func takeDue(at now: UnixTime, limit: Int) -> [ExactString] {
        let due = entries.filter { $0.value.dueAt <= now }.sorted { one, other in
            one.value.isFailing == other.value.isFailing
                ? one.value.dueAt < other.value.dueAt : other.value.isFailing
        }
        let taken = due.prefix(limit).map(\.key)
        for url in taken { entries[url]?.dueAt = now + Freshness.leeway }
        return taken
    }
}
