import Countersign
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("Readiness")
struct ReadinessCheckTests {
    /// A store that counts its checks.
    private final class Asked: Sendable {
        private let state = Mutex((count: 0, problem: String?.none))

        var count: Int { state.withLock { $0.count } }

        func set(_ problem: String?) { state.withLock { $0.problem = problem } }

        func problem() -> String? {
            state.withLock { state in
                state.count += 1
                return state.problem
            }
        }
    }

    private let clock = TestClock()
    private let asked = Asked()
    private let log = RecordedLog()
    private var check: ReadinessCheck {
        ReadinessCheck(
            problem: { [asked] in asked.problem() }, log.runtime(clock))
    }

    @Test("Concurrent callers share one check", .timeLimit(.minutes(5)))
    func together() async {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let check = ReadinessCheck(
            problem: { [asked] in
                for await _ in gate { break }
                return asked.problem()
            }, log.runtime(clock))
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { await check.isReady() } }
            open.yield()
            for await isReady in group { #expect(isReady) }
        }
        #expect(asked.count == 1)
    }

    @Test("A result is cached for a second, unless the clock goes back")
    func kept() async {
        let check = check
        for (milliseconds, count) in [(0, 1), (999, 1), (1, 2), (500, 2), (-501, 3), (0, 3)] {
            clock.advance(by: .milliseconds(milliseconds))
            #expect(await check.isReady())
            #expect(asked.count == count)
        }
        asked.set("the disk is full")
        clock.advance(by: .seconds(1))
        #expect(await !check.isReady())
    }

    @Test("A problem is logged when new, and once a minute while it lasts")
    func logged() async {
        let check = check
        for (problem, seconds, expected) in [
            ("full", 0, 1), ("full", 1, 1), ("full", 58, 1), ("full", 1, 2), ("locked", 1, 3), (nil, 1, 3),
            ("locked", 1, 4),
        ] as [(String?, Int, Int)] {
            asked.set(problem)
            clock.advance(by: .seconds(seconds))
            #expect(await check.isReady() == (problem == nil))
            #expect(log.lines.count == expected)
        }
        #expect(log.texts.first?.contains("not ready: full") == true)
    }
}
