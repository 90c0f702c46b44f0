import Synchronization

/// The schedule of reads of registered key sets and the background work that performs them, so that no request has to wait.
///
/// A class because requests record their own reads in it.
final class KeySetRefreshScheduler: Sendable {
    private let store: any KeySetStore
    private let concurrency: Int
    private let runtime: Runtime
    private let schedule = Mutex(KeySetSchedule())

    /// How often the registered URLs are listed.
    private static let listingInterval: Duration = .seconds(10)
    private static let pageSize = 1000
    private static let step = 256

    /// - Parameter concurrency: the maximum number of concurrent reads.
    init(store: any KeySetStore, concurrency: Int, _ runtime: Runtime) {
        self.store = store
        self.concurrency = max(1, concurrency)
        self.runtime = runtime
    }

    /// Records when a set may be read next.
    func record(_ url: ExactString, _ freshness: Freshness) {
        schedule.withLock { $0.record(url, freshness) }
    }

    /// Refreshes registered sets before they expire, until its task is cancelled.
    ///
    /// - Parameter tick: how often it checks the clock.
    func run(refreshing cache: KeySetCache, every tick: Duration = .seconds(1)) async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            var listedAt: UnixTime?
            while !Task.isCancelled {
                let now = runtime.clock()
                if listedAt.map({ now < $0 || $0 + Self.listingInterval <= now }) ?? true {
                    await list(at: now)
                    listedAt = now
                }
                // In batches, so that sets that become due meanwhile do not wait for the whole backlog.
                let due = schedule.withLock { $0.takeDue(at: now, limit: Self.step) }
                for url in due where !Task.isCancelled {
                    if running == concurrency {
                        await group.next()
                        running -= 1
                    }
                    group.addTask { await self.refresh(url, in: cache) }
                    running += 1
                }
                if due.count < Self.step { try? await Task.sleep(for: tick) }
            }
        }
    }

    private func refresh(_ url: ExactString, in cache: KeySetCache) async {
        do throws(StoreError) {
            try await cache.refresh(url)
        } catch {
            report(.keySetNotRefreshed(url: url.text, error))
        }
    }

    /// Lists the registered sets and when each is due, and removes the others.
    private func list(at now: UnixTime) async {
        do throws(StoreError) {
            var urls: Set<ExactString> = []
            var last: String?
            repeat {
                let page = try await store.urlsInUse(after: last, limit: Self.pageSize)
                urls.formUnion(page.map { ExactString($0) })
                last = page.count == Self.pageSize ? page.last : nil
            } while last != nil
            let unknown = schedule.withLock { [urls] in $0.retain(urls) }
            for url in unknown {
                let record = try await store.record(of: url.text)
                schedule.withLock {
                    $0.add(url, dueAt: record?.nextAttemptAt ?? now, isFailing: record?.problem != nil)
                }
            }
            while try await store.removeUnused(attemptedBefore: now - .seconds(3600)) {}
        } catch {
            report(.keySetsNotListed(error))
        }
    }

    private func report(_ event: ServerEvent) {
        if !Task.isCancelled { runtime.report(event) }
    }
}

/// The times at which registered key sets are read next, whether they are cached or not.
struct KeySetSchedule {
    private struct Entry {
        var dueAt: UnixTime
        /// Whether the last attempt failed.
        var isFailing: Bool
    }

    private var entries: [ExactString: Entry] = [:]

    /// Removes all other sets, and returns those that are not in the schedule yet.
    mutating func retain(_ urls: Set<ExactString>) -> [ExactString] {
        entries = entries.filter { urls.contains($0.key) }
        return urls.filter { entries[$0] == nil }
    }

    mutating func add(_ url: ExactString, dueAt: UnixTime, isFailing: Bool) {
        entries[url] = Entry(dueAt: dueAt, isFailing: isFailing)
    }

    /// Records the outcome of an attempt; ignores sets that are not in the schedule.
    mutating func record(_ url: ExactString, _ freshness: Freshness) {
        guard entries[url] != nil else { return }
        add(url, dueAt: freshness.nextAttemptAt, isFailing: freshness.problem != nil)
    }

    /// Takes the next sets that are due: the longest overdue first, and those whose last attempt failed at the end, so that key servers
    /// that are down do not delay other refreshes.
    ///
    /// Postpones the sets taken, so that they become due again if their attempts record no outcome.
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
