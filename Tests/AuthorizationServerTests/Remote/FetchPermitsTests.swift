import Synchronization
import Testing

@testable import CountersignServer

@Suite("Permits to fetch")
struct FetchPermitsTests {
    /// Who runs, and who ran.
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

    @Test("Of 500 that come together never more than 7 run at once, and all have their turn", .timeLimit(.minutes(5)))
    func atOnce() async {
        let permits = FetchPermits(7)
        await withDiscardingTaskGroup { group in
            for number in 0..<500 {
                group.addTask { [tally] in await permits.withPermit { await tally.run(number) } }
            }
        }
        #expect(tally.mostAtOnce <= 7)
        #expect(tally.done.count == 500)
    }

    @Test("They are given out in the order in which they were asked for", .timeLimit(.minutes(5)))
    func order() async {
        let permits = FetchPermits(1)
        await permits.withPermit {
            for number in 0..<5 {
                Task { [tally] in await permits.withPermit { await tally.run(number) } }
                await until { permits.waitingCount == number + 1 }
            }
        }
        await until { tally.done.count == 5 }
        #expect(tally.done == [0, 1, 2, 3, 4])
    }

    @Test("Whoever gives up while it waits still gives its permit back", .timeLimit(.minutes(5)))
    func cancellation() async {
        let permits = FetchPermits(1)
        await permits.withPermit {
            let quitter = Task { await permits.withPermit {} }
            await until { permits.waitingCount == 1 }
            quitter.cancel()
        }
        for _ in 0..<2 { await permits.withPermit {} }
        #expect(permits.waitingCount == 0)
    }
}
