import Countersign
import TestSupport
import Testing

@testable import Server

@Suite("Rule 13: an unknown kid causes one fetch, at most once per cool-down", .timeLimit(.minutes(5)))
struct UnknownKeyTests {
    @Test("1,000 concurrent requests share one fetch and its keys")
    func shared() async throws {
        let (bench, node) = try await ready()
        try bench.publish(["k2"])
        bench.reader.hold()
        try await withThrowingTaskGroup(of: KeySetNode.Learned.self) { group in
            for _ in 0..<1000 { group.addTask { try await node.refreshedKeyIDs() } }
            await bench.reader.waitForHeld(1)
            bench.reader.letGo()
            for try await learned in group { #expect(learned == .keys(["k2"])) }
        }
        #expect(bench.reader.calls.count == 2)
        #expect(try await node.keyIDs() == ["k2"])
    }

    @Test("Within the cool-down only the cached keys are used; after it the set is refreshed")
    func coolDown() async throws {
        let (bench, node) = try await ready()
        for second in [0, 1, 28] {
            bench.clock.advance(by: .seconds(second))
            #expect(try await node.refreshedKeyIDs() == .keys(["k1"]))
        }
        #expect(bench.reader.calls.count == 2)
        try bench.publish(["k2"])
        bench.clock.advance(by: .seconds(1))
        #expect(try await node.refreshedKeyIDs() == .keys(["k2"]))
        #expect(bench.reader.calls.count == 3)
    }

    @Test("A caller who has proved nothing cannot fill the history of a set with fetches for unknown keys")
    func history() async throws {
        let (bench, node) = try await ready()
        func outcomes() async throws -> [KeySetFetch.Outcome] {
            try await bench.store.keySets.fetches(of: KeySetBench.url.text).map(\.outcome)
        }
        let first: KeySetFetch.Outcome = .received(keys: 1, refused: 0, isChanged: true)
        #expect(try await outcomes() == [first])
        for _ in 0..<5 {
            bench.clock.advance(by: .seconds(31))
            _ = try await node.refreshedKeyIDs()
        }
        #expect(bench.reader.calls.count == 6)
        #expect(try await outcomes() == [first])
        // What is new is part of it: another set, and that the server does not answer any more.
        try bench.publish(["k1", "k2"])
        bench.clock.advance(by: .seconds(31))
        _ = try await node.refreshedKeyIDs()
        bench.breakDown()
        for _ in 0..<2 {
            bench.clock.advance(by: .seconds(31))
            _ = try await node.refreshedKeyIDs()
        }
        #expect(
            try await outcomes() == [
                .failed(problem: "its server is down"), .received(keys: 2, refused: 0, isChanged: true), first,
            ])
    }

    @Test("A rotation right after a scheduled fetch is picked up at once")
    func rotationAfterScheduledFetch() async throws {
        let (bench, node) = try await ready()
        try await bench.register()
        bench.clock.advance(by: .seconds(500))
        try await bench.inBackground(of: node) { await bench.reader.waitForCalls(2) }
        await until { (try? await bench.record().fetchedAt) == bench.clock.now && !node.isReading }
        try bench.publish(["k2"])
        #expect(try await node.refreshedKeyIDs() == .keys(["k2"]))
        #expect(bench.reader.calls.count == 3)
    }

    @Test(
        "A fetch in progress is joined; if it began too early to have the key, one more follows",
        arguments: ["k1", "k2"])
    func joined(_ scheduled: String) async throws {
        let (bench, node) = try await ready()
        bench.clock.advance(by: .seconds(600))
        if scheduled != "k1" { try bench.publish([scheduled]) }
        bench.reader.hold()
        #expect(try await node.keyIDs() == ["k1"])
        await bench.reader.waitForHeld(1)
        try bench.publish(["k2"])
        try await withThrowingTaskGroup(of: KeySetNode.Learned.self) { group in
            for _ in 0..<100 { group.addTask { try await node.refreshedKeyIDs() } }
            bench.reader.letGo()
            for try await learned in group { #expect(learned == .keys(["k2"])) }
        }
        #expect((2...3).contains(bench.reader.calls.count))
    }

    @Test("A fetch for the first use counts and is not repeated for an unknown kid")
    func firstUse() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        let node = bench.node()
        _ = try await node.keyIDs()
        #expect(try await node.refreshedKeyIDs() == .keys(["k1"]))
        #expect(bench.reader.calls.count == 1)
    }

    @Test("While the server is down the reason is reported, and the cached keys are used")
    func down() async throws {
        let (bench, node) = try await ready()
        bench.breakDown(KeySetBench.url, "it took longer than 5 s")
        for _ in 0..<3 { #expect(try await node.refreshedKeyIDs() == .unavailable("it took longer than 5 s")) }
        #expect(bench.reader.calls.count == 2)
        #expect(try await node.keyIDs() == ["k1"])
    }

    @Test("The cool-down of one set does not affect another")
    func perSet() async throws {
        let (bench, node) = try await ready()
        _ = try await node.refreshedKeyIDs()
        let calls = bench.reader.calls.count
        try bench.publish(["other"], at: "https://other.example/jwks")
        #expect(try await node.refreshedKeyIDs("https://other.example/jwks") == .keys(["other"]))
        #expect(bench.reader.calls.count == calls + 1)
    }

    @Test("A clock set back does not prolong a cool-down")
    func clockSetBack() async throws {
        let (bench, node) = try await ready()
        _ = try await node.refreshedKeyIDs()
        bench.clock.advance(by: .seconds(-7200))
        try bench.publish(["k2"])
        #expect(try await node.refreshedKeyIDs() == .keys(["k2"]))
    }

    @Test("Expired cool-downs are removed")
    func forgotten() {
        var coolDowns = CoolDowns<ExactString>(length: .seconds(30))
        for number in 0..<10_000 {
            coolDowns.begin(ExactString("https://client.example/\(number)"), at: TestClock.start + .seconds(number))
        }
        #expect(coolDowns.count <= 61)
        #expect(coolDowns.isRunning("https://client.example/9999", at: TestClock.start + .seconds(10_028)))
        #expect(!coolDowns.isRunning("https://client.example/9999", at: TestClock.start + .seconds(10_029)))
    }

    /// Returns a node that fetched its set 30 seconds ago.
    private func ready() async throws -> (KeySetBench, KeySetNode) {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        let node = bench.node()
        _ = try await node.keyIDs()
        bench.clock.advance(by: .seconds(30))
        return (bench, node)
    }
}
