import Countersign
import Store
import SQLite
import TestSupport
import Testing

@testable import Server

@Suite("The change log is countersigned by a running server")
struct ChangeCountersignerTests {
    private let directory = TemporaryDirectory()
    private let clock = TestClock()
    private let log = RecordedLog()
    private let key = ChangeLogKey(MasterKey.generate())
    private let store: any Store

    init() throws {
        let clock = clock
        store = try SQLiteStore(directory: directory.path, clock: { clock.now })
    }

    private func countersigner(_ key: ChangeLogKey? = nil) -> ChangeCountersigner {
        ChangeCountersigner(log: store.changes, key: key ?? self.key, log.runtime(clock))
    }

    private func add(_ number: Int) async throws {
        try await store.resources.add(ResourceRecord(uri: "urn:example:\(number)", createdAt: clock.now))
    }

    private func latest() async throws -> Int64? {
        try await store.changes.latestCountersignature()?.position.number
    }

    @Test("Each round countersigns what is new, and nothing if nothing is")
    func rounds() async throws {
        let countersigner = countersigner()
        await countersigner.countersign()
        #expect(try await latest() == nil)
        for number in 1...3 { try await add(number) }
        await countersigner.countersign()
        #expect(try await latest() == 3)
        await countersigner.countersign()
        try await add(4)
        await countersigner.countersign()
        #expect(try await store.changes.countersignatures(after: 0, limit: 9).map(\.position.number) == [3, 4])
        #expect(try await ChangeLogCheck(key: key).report(on: store.changes).countersignatures == 2)
        // After a restart it goes on.
        try await add(5)
        await self.countersigner().countersign()
        #expect(try await latest() == 5)
    }

    @Test("A log with a fault is reported once and not countersigned")
    func damaged() async throws {
        let countersigner = countersigner()
        try await add(1)
        await countersigner.countersign()
        try await add(2)
        try await add(3)
        let forged = ChangeCountersignature(
            position: ChangePosition(number: 9, digest: ChangePosition.start.digest), at: clock.now, code: [1])
        try await store.changes.add(forged)
        // A running server remembers what it has countersigned, and is not misled.
        await countersigner.countersign()
        #expect(try await store.changes.countersignatures(after: 1, limit: 9).map(\.position.number) == [3, 9])
        // One that starts is: it says so and stops.
        try await add(4)
        let next = self.countersigner()
        await next.countersign()
        await next.countersign()
        #expect(try await store.changes.countersignatures(after: 3, limit: 9).map(\.position.number) == [9])
        let lines = log.lines.filter { $0.text.contains("not what was recorded") }
        #expect(lines.count == 1)
    }

    @Test("Another master key does not continue the countersignatures")
    func otherKey() async throws {
        try await add(1)
        await countersigner().countersign()
        try await add(2)
        await countersigner(ChangeLogKey(MasterKey.generate())).countersign()
        #expect(try await latest() == 1)
    }

    @Test("What the operator removes is no fault")
    func removed() async throws {
        let countersigner = countersigner()
        for number in 1...3 { try await add(number) }
        await countersigner.countersign()
        let second = try #require(try await store.changes.change(2))
        try await store.changes.remove(through: 2, digest: second.digest)
        await countersigner.countersign()
        #expect(try await latest() == 4)
        let fourth = try #require(try await store.changes.change(4))
        try await store.changes.remove(through: 4, digest: fourth.digest)
        await self.countersigner().countersign()
        #expect(try await latest() == 5)
        #expect(try await ChangeLogCheck(key: key).report(on: store.changes).fault == nil)
    }
}
