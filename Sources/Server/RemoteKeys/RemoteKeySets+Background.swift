import Countersign
import CountersignJOSE
import Store

extension RemoteKeySets {
    /// Reads registered sets again before they run out, until its task is cancelled: so no request has to wait.
    ///
    /// - Parameter tick: how often it looks at the clock.
    func run(every tick: Duration = .seconds(1)) async {
        let limit = max(1, permits.count - KeySetSettings.fetchesForRequests)
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            var listedAt: UnixTime?
            while !Task.isCancelled {
                let now = runtime.clock()
                if listedAt.map({ now < $0 || $0 + Self.listingInterval <= now }) ?? true {
                    await list(at: now)
                    listedAt = now
                }
                // A few at a time, so that what comes due meanwhile does not wait for all that was due before.
                let due = schedule.withLock { $0.takeDue(at: now, limit: Self.step) }
                for url in due where !Task.isCancelled {
                    if running == limit {
                        await group.next()
                        running -= 1
                    }
                    group.addTask { await self.readScheduled(url) }
                    running += 1
                }
                if due.count < Self.step { try? await Task.sleep(for: tick) }
            }
        }
    }

    /// How often the list of registered URLs is looked through for new ones.
    private static let listingInterval: Duration = .seconds(10)
    private static let pageSize = 1000
    private static let step = 256

    private func readScheduled(_ url: ExactString) async {
        guard case .failure(let error) = await work(url, .due).value else { return }
        report(.keySetNotRefreshed(url: url.text, error))
    }

    /// Learns which sets are registered, and when each is due. What nobody is registered with any more is forgotten.
    private func list(at now: UnixTime) async {
        do throws(StoreError) {
            var urls: Set<ExactString> = []
            var last: String?
            repeat {
                let page = try await store.urlsInUse(after: last, limit: Self.pageSize)
                urls.formUnion(page.map { ExactString($0) })
                last = page.count == Self.pageSize ? page.last : nil
            } while last != nil
            let unknown = schedule.withLock { [urls] in $0.keep(urls) }
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
