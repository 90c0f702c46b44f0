import Countersign
import CountersignJOSE

/// The times at which registered key sets are read next, whether they are cached or not.
struct KeySetSchedule {
    private struct Entry {
        var dueAt: UnixTime
        /// Whether the last attempt failed.
        var isFailing: Bool
    }

    private var entries: [ExactString: Entry] = [:]

    /// Removes all other sets.
    ///
    /// - Returns: the sets that are not in the schedule yet.
    mutating func keep(_ urls: Set<ExactString>) -> [ExactString] {
        entries = entries.filter { urls.contains($0.key) }
        return urls.filter { entries[$0] == nil }
    }

    mutating func add(_ url: ExactString, dueAt: UnixTime, isFailing: Bool) {
        entries[url] = Entry(dueAt: dueAt, isFailing: isFailing)
    }

    /// Records the outcome of an attempt; a set that is not in the schedule stays out of it.
    mutating func record(_ url: ExactString, _ freshness: Freshness) {
        guard entries[url] != nil else { return }
        add(url, dueAt: freshness.nextAttemptAt, isFailing: freshness.problem != nil)
    }

    /// The next sets that are due: those that have waited longest, and last those whose last attempt failed, so that key servers
    /// that are down delay no other refresh.
    ///
    /// The sets taken are postponed for a while; if their attempts record no outcome, they are due again then.
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
