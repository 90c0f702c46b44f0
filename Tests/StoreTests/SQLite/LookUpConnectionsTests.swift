import Foundation
import Store
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: look-ups on the calling thread")
struct LookUpConnectionsTests {
    private let directory = TemporaryDirectory()

    /// With connections in common, all threads could wait for connections whose tasks need one of these threads. The threads are the
    /// test's own, and its tasks are not awaited, so that the time limit still applies then.
    @Test("They end beside any number of reads that are awaited", .timeLimit(.minutes(1)))
    func beside() async throws {
        let store = try SQLiteStore(directory: directory.path)
        let user = Samples.user()
        try await store.users.add(user)
        let threads = TwoThreads()
        let (answers, answered) = AsyncStream.makeStream(of: Bool.self)
        for _ in 0..<300 {
            Task(executorPreference: threads) {
                let named = try? await store.users.user(named: user.name)
                let lookedUp = try? await store.users.user(user.id)
                answered.yield(named == user && lookedUp == user)
            }
        }
        let found = await answers.prefix(300).reduce(0) { $0 + ($1 ? 1 : 0) }
        #expect(found == 300)
    }

    @Test("They see what was written before")
    func fresh() async throws {
        let store = try SQLiteStore(directory: directory.path)
        for number in 0..<20 {
            let user = UserRecord(name: "person-\(number)", createdAt: TestClock.start)
            #expect(try await store.users.user(user.id) == nil)
            try await store.users.add(user)
            #expect(try await store.users.user(user.id) == user)
        }
    }
}

/// An executor with as many threads as Swift's own has on two processors.
private final class TwoThreads: TaskExecutor {
    private let queue = OperationQueue()

    init() {
        queue.maxConcurrentOperationCount = 2
    }

    func enqueue(_ job: UnownedJob) {
        queue.addOperation { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
