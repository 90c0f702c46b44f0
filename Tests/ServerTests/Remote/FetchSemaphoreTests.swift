import Synchronization
import Testing

@testable import Server

@Suite("The fetch semaphore")
struct FetchSemaphoreTests {
    /// Counts running callers and records completed ones.
    private final class Tally: Sendable {
        private struct State {
            var running = 0
            var mostAtOnce = 0
            var done: [Int] = []
        }

        private let state = Mutex(State())

        var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }
        var done: [Int] { state.withLock { $0.done } }

        func run(_ number: Int) async {
            state.withLock { state in
                state.running += 1
                state.mostAtOnce = max(state.mostAtOnce, state.running)
            }
            await Task.yield()
            state.withLock { state in
                state.running -= 1
                state.done.append(number)
            }
        }
    }

    private let tally = Tally()
    private static let origin = FetchOrigin(source: "a.example", isProven: true)

    @Test("Of 500 concurrent callers at most 7 run at once, and all get a permit", .timeLimit(.minutes(5)))
    func atOnce() async {
        let semaphore = FetchSemaphore(.total(7))
        await withDiscardingTaskGroup { group in
            for number in 0..<500 {
                group.addTask { [tally] in await semaphore.withPermit(for: Self.origin) { await tally.run(number) } }
            }
        }
        #expect(tally.mostAtOnce <= 7)
        #expect(tally.done.count == 500)
    }

    @Test("Permits are granted in order of request", .timeLimit(.minutes(5)))
    func order() async {
        let semaphore = FetchSemaphore(.total(1))
        await semaphore.withPermit(for: Self.origin) {
            for number in 0..<5 {
                Task { [tally] in await semaphore.withPermit(for: Self.origin) { await tally.run(number) } }
                await until { semaphore.waitingCount == number + 1 }
            }
        }
        await until { tally.done.count == 5 }
        #expect(tally.done == [0, 1, 2, 3, 4])
    }

    @Test("A cancelled waiter returns its permit", .timeLimit(.minutes(5)))
    func cancellation() async {
        let semaphore = FetchSemaphore(.total(1))
        await semaphore.withPermit(for: Self.origin) {
            let quitter = Task { await semaphore.withPermit(for: Self.origin) {} }
            await until { semaphore.waitingCount == 1 }
            quitter.cancel()
        }
        for _ in 0..<2 { await semaphore.withPermit(for: Self.origin) {} }
        #expect(semaphore.waitingCount == 0)
    }

    /// Callers that each hold a permit until released.
    private final class Holders: Sendable {
        private let held = Mutex<[FetchOrigin: [CheckedContinuation<Void, Never>]]>([:])

        func count(_ source: String, _ isProven: Bool) -> Int {
            held.withLock { $0[FetchOrigin(source: source, isProven: isProven), default: []].count }
        }

        func take(_ count: Int, _ source: String, isProven: Bool, of semaphore: FetchSemaphore) {
            let origin = FetchOrigin(source: source, isProven: isProven)
            for _ in 0..<count {
                Task {
                    await semaphore.withPermit(for: origin) {
                        await withCheckedContinuation { holder in
                            held.withLock { $0[origin, default: []].append(holder) }
                        }
                    }
                }
            }
        }

        func letGo(_ source: String, isProven: Bool) {
            let origin = FetchOrigin(source: source, isProven: isProven)
            let holders = held.withLock { held in held.removeValue(forKey: origin) ?? [] }
            for holder in holders { holder.resume() }
        }
    }

    private static let divided = FetchSemaphore.Limits(
        count: 16, ofOneSource: 8, unproven: 12, unprovenOfOneSource: 4, unprovenWaiting: 60)

    @Test("A hanging source leaves permits to the others", .timeLimit(.minutes(5)))
    func sources() async {
        let (semaphore, holders) = (FetchSemaphore(Self.divided), Holders())
        holders.take(50, "slow.example", isProven: false, of: semaphore)
        holders.take(50, "slow.example", isProven: true, of: semaphore)
        await until { semaphore.waitingCount == 92 }
        #expect(holders.count("slow.example", false) <= 4)
        holders.take(8, "other.example", isProven: true, of: semaphore)
        await until { holders.count("other.example", true) == 8 }
        for _ in 0..<100 {
            holders.letGo("slow.example", isProven: true)
            holders.letGo("slow.example", isProven: false)
            holders.letGo("other.example", isProven: true)
            await Task.yield()
        }
        await until {
            holders.letGo("slow.example", isProven: true)
            holders.letGo("slow.example", isProven: false)
            holders.letGo("other.example", isProven: true)
            return semaphore.waitingCount == 0
        }
    }

    @Test("Any number of unproven fetches leaves permits to proven clients", .timeLimit(.minutes(5)))
    func reserve() async {
        let (semaphore, holders) = (FetchSemaphore(Self.divided), Holders())
        let sources = (0..<10).map { "h\($0).example" }
        for source in sources { holders.take(20, source, isProven: false, of: semaphore) }
        await until { semaphore.waitingCount == 188 }
        #expect(sources.reduce(0) { $0 + holders.count($1, false) } <= 12)
        holders.take(4, "client.example", isProven: true, of: semaphore)
        await until { holders.count("client.example", true) == 4 }
        await until {
            for source in sources { holders.letGo(source, isProven: false) }
            holders.letGo("client.example", isProven: true)
            return semaphore.waitingCount == 0
        }
    }

    @Test("Slow sources that fill the queue do not delay one that has nothing running", .timeLimit(.minutes(5)))
    func fairness() async {
        let (semaphore, holders) = (FetchSemaphore(Self.divided), Holders())
        let slow = (0..<3).map { "slow\($0).example" }
        for source in slow { holders.take(60, source, isProven: false, of: semaphore) }
        await until { semaphore.waitingCount == 168 && slow.allSatisfy { holders.count($0, false) == 4 } }
        holders.take(2, "new.example", isProven: false, of: semaphore)
        await until { semaphore.waitingCount == 170 }
        holders.letGo(slow[0], isProven: false)
        await until {
            semaphore.waitingCount == 166 && holders.count(slow[0], false) + holders.count("new.example", false) == 4
        }
        #expect(holders.count("new.example", false) == 2)
        await until {
            for source in slow + ["new.example"] { holders.letGo(source, isProven: false) }
            return semaphore.waitingCount == 0
        }
    }

    @Test("Unproven fetches queue up to a limit per source, proven ones without one", .timeLimit(.minutes(5)))
    func queue() async {
        let (semaphore, holders) = (FetchSemaphore(Self.divided), Holders())
        holders.take(64, "h.example", isProven: false, of: semaphore)
        await until { semaphore.waitingCount == 60 }
        #expect(!semaphore.hasRoom(for: FetchOrigin(source: "h.example", isProven: false)))
        #expect(semaphore.hasRoom(for: FetchOrigin(source: "h.example", isProven: true)))
        #expect(semaphore.hasRoom(for: FetchOrigin(source: "other.example", isProven: false)))
        await until {
            holders.letGo("h.example", isProven: false)
            return semaphore.waitingCount == 0
        }
    }
}

extension FetchSemaphore.Limits {
    /// One limit for all fetches.
    static func total(_ count: Int) -> Self { Self(count: count, ofOneSource: count) }
}
