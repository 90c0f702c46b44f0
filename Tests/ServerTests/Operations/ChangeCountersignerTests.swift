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

    @Test("A log that begins later than it did is countersigned only if a change says that the rest was removed")
    func anchorMoved() async throws {
        for number in 1...3 { try await add(number) }
        let third = try #require(try await store.changes.change(3))
        try await add(4)
        let moved = ShortenedLog(log: store.changes, anchor: ChangePosition(number: 3, digest: third.digest))
        await ChangeCountersigner(log: moved, key: key, log.runtime(clock)).countersign()
        #expect(try await latest() == nil)
        #expect(log.lines.contains { $0.text.contains("no change says that they were removed") }, "\(log.lines)")
    }

    @Test(
        "A server that starts says which changes were made a while ago and had no countersignature",
        arguments: [true, false])
    func late(isFirst: Bool) async throws {
        func lines() -> [String] { log.lines.map(\.text).filter { $0.contains("had no countersignature") } }
        try await add(1)
        if !isFirst {
            await countersigner().countersign()
            #expect(lines().isEmpty)
        }
        try await add(2)
        clock.advance(by: .seconds(61))
        let countersigner = countersigner()
        await countersigner.countersign()
        #expect(lines().count == 1)
        #expect(lines().first?.hasPrefix("changes \(isFirst ? 1 : 2) to 2 ") == true, "\(lines())")
        #expect(lines().first?.contains("removed its countersignatures") == isFirst)
        // A server that runs countersigns in time, unless its store did not answer, which it has said.
        try await add(3)
        clock.advance(by: .seconds(61))
        await countersigner.countersign()
        #expect(try await latest() == 3)
        #expect(lines().count == 1)
    }
}

/// A change log whose beginning was cut off by a person who can write the database.
private struct ShortenedLog: ChangeLog {
    let log: any ChangeLog
    let anchor: ChangePosition

    func bounds() async throws(StoreError) -> ChangeBounds {
        let bounds = try await log.bounds()
        return ChangeBounds(issuer: bounds.issuer, head: bounds.head, anchor: anchor)
    }

    func rows(after number: Int64, limit: Int) async throws(StoreError) -> [ChangeRow] {
        try await log.rows(after: max(number, anchor.number), limit: limit)
    }

    func page(_ filter: ChangeFilter, before number: Int64?, limit: Int) async throws(StoreError) -> [ListedChange] {
        try await log.page(filter, before: number, limit: limit)
    }

    func change(_ number: Int64) async throws(StoreError) -> Change? { try await log.change(number) }

    func undoing(_ number: Int64) async throws(StoreError) -> Int64? { try await log.undoing(number) }

    func countersignatures(after number: Int64, limit: Int) async throws(StoreError) -> [ChangeCountersignature] {
        try await log.countersignatures(after: number, limit: limit)
    }

    func latestCountersignature() async throws(StoreError) -> ChangeCountersignature? {
        try await log.latestCountersignature()
    }

    func add(_ countersignature: ChangeCountersignature) async throws(StoreError) {
        try await log.add(countersignature)
    }

    func remove(through number: Int64, digest: [UInt8]) async throws(StoreError) {
        try await log.remove(through: number, digest: digest)
    }
}
