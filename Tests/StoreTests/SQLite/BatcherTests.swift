import Countersign
import Store
import Dispatch
import GRDB
import Synchronization
import Testing

@testable import SQLite

@Suite("SQLite: concurrent rows share one transaction")
struct BatcherTests {
    /// Blocks the writer until the returned closure is called.
    private static func holdWriter(_ pool: DatabasePool) -> @Sendable () -> Void {
        let gate = DispatchSemaphore(value: 0)
        pool.asyncWriteWithoutTransaction { _ in gate.wait() }
        return { gate.signal() }
    }

    private static func waitFor(_ count: Int, in rows: Batcher<Database, Int, Int>) async {
        while rows.waitingCount < count { await Task.yield() }
    }

    @Test("Rows that wait for a busy writer form one batch, each with its own answer", .timeLimit(.minutes(5)))
    func oneBatch() async throws {
        let bench = try SQLiteBench()
        let batches = Mutex<[Int]>([])
        let rows = Batcher<Database, Int, Int>(capacity: 1000, writer: bench.store.pool) { _, rows in
            batches.withLock { $0.append(rows.count) }
            return rows.map { .success($0 * 2) }
        }
        let letGo = Self.holdWriter(bench.store.pool)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for row in 0..<100 {
                group.addTask {
                    let answer = try await rows.write(row)
                    #expect(answer == row * 2)
                }
            }
            await Self.waitFor(100, in: rows)
            letGo()
            try await group.waitForAll()
        }
        #expect(batches.withLock { $0 } == [100])
    }

    @Test("A failed transaction fails every row of its batch, and the next batch is tried", .timeLimit(.minutes(5)))
    func failure() async throws {
        let bench = try SQLiteBench()
        let rows = Batcher<Database, Int, Int>(capacity: 1000, writer: bench.store.pool) { _, rows in
            if rows.contains(13) { throw StoreError.unavailable("unlucky") }
            return rows.map { .success($0) }
        }
        let letGo = Self.holdWriter(bench.store.pool)
        await withTaskGroup(of: Void.self) { group in
            for row in 0..<20 {
                group.addTask {
                    await #expect(throws: StoreError.unavailable("unlucky")) { try await rows.write(row) }
                }
            }
            await Self.waitFor(20, in: rows)
            letGo()
        }
        #expect(try await rows.write(14) == 14)
    }

    @Test("A row is rejected at once when the queue is full", .timeLimit(.minutes(5)))
    func bounded() async throws {
        let bench = try SQLiteBench()
        let rows = Batcher<Database, Int, Int>(capacity: 3, writer: bench.store.pool) { _, rows in
            rows.map { .success($0) }
        }
        let letGo = Self.holdWriter(bench.store.pool)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for row in 0..<3 {
                group.addTask {
                    let answer = try await rows.write(row)
                    #expect(answer == row)
                }
            }
            await Self.waitFor(3, in: rows)
            await #expect(throws: StoreError.unavailable("too many requests are waiting for the disk")) {
                try await rows.write(4)
            }
            letGo()
            try await group.waitForAll()
        }
        #expect(try await rows.write(5) == 5)
    }

    @Test("A batch that fails at its last row is rolled back entirely", .timeLimit(.minutes(5)))
    func allOrNothing() async throws {
        let bench = try SQLiteBench()
        try bench.onWriter(
            """
            CREATE TRIGGER unlucky BEFORE INSERT ON replay_batch BEGIN SELECT RAISE(FAIL, 'unlucky'); END
            """)
        let letGo = Self.holdWriter(bench.store.pool)
        let store = bench.store
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask {
                    await #expect(throws: StoreUnavailable("unlucky")) {
                        // Each twice: repeating a failed claim is not a replay.
                        try await store.replay.claim(Samples.claim("\(number / 2)"))
                    }
                }
            }
            while store.usedAssertions.claims?.waitingCount != 10 { await Task.yield() }
            letGo()
        }
        #expect(try bench.count("replay_batch") == 0)
        #expect(try bench.count("replay_slice") == 0)
        #expect(await store.writeProblem() == "unlucky")
        try bench.onWriter("DROP TRIGGER unlucky")
        #expect(await store.writeProblem() == nil)
        for number in 0..<5 { #expect(try await store.replay.claim(Samples.claim("\(number)")) == .firstUse) }
    }

    @Test("Cancelling a task while its row waits does not lose the row", .timeLimit(.minutes(5)))
    func cancelled() async throws {
        let bench = try SQLiteBench()
        let store = bench.store
        let letGo = Self.holdWriter(store.pool)
        let tasks = (0..<10).map { number in Task { try await store.replay.claim(Samples.claim("\(number)")) } }
        while store.usedAssertions.claims?.waitingCount != 10 { await Task.yield() }
        for task in tasks { task.cancel() }
        letGo()
        for task in tasks { #expect(try await task.value == .firstUse) }
        for number in 0..<10 { #expect(try await store.replay.claim(Samples.claim("\(number)")) == .replayed) }
    }

    @Test("Transactions and their rows are counted", .timeLimit(.minutes(5)))
    func counts() async throws {
        let bench = try SQLiteBench()
        let store = bench.store
        let letGo = Self.holdWriter(store.pool)
        let tasks = (0..<30).map { number in Task { try await store.replay.claim(Samples.claim("\(number)")) } }
        while store.usedAssertions.claims?.waitingCount != 30 { await Task.yield() }
        letGo()
        for task in tasks { _ = try await task.value }
        #expect(store.usage.claimsPerCommit.count == 1)
        #expect(store.usage.claimsPerCommit.sum == 30)
        #expect(try bench.count("replay_batch") == 1)
    }

    @Test("Audit entries beyond the queue are dropped and counted")
    func auditQueue() async throws {
        let bench = try SQLiteBench { $0.maximumPendingAuditEntries = 0 }
        for _ in 0..<7 { bench.store.audit.record(Samples.auditEntry("AAAAAAAA")) }
        await bench.store.audit.flush()
        #expect(bench.store.audit.dropped == 7)
        #expect(try await bench.store.audit.latest(10, onlyProven: false).isEmpty)
    }

    @Test("Audit entries that cannot be written are dropped and counted")
    func auditTrouble() async throws {
        let bench = try SQLiteBench()
        try bench.onWriter("PRAGMA query_only = 1")
        bench.store.audit.record(Samples.auditEntry("AAAAAAAA"))
        await bench.store.audit.flush()
        #expect(bench.store.audit.dropped == 1)
        try bench.onWriter("PRAGMA query_only = 0")
        bench.store.audit.record(Samples.auditEntry("BBBBBBBB"))
        await bench.store.audit.flush()
        #expect(try await bench.store.audit.latest(10, onlyProven: false).map(\.reference.text) == ["BBBBBBBB"])
    }
}
