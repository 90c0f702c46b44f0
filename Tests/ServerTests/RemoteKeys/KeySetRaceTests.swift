import Countersign
import Store
import Testing

@testable import Server

@Suite("Key sets: races and an unavailable store", .timeLimit(.minutes(5)))
struct KeySetRaceTests {
    private static let outage = StoreError.unavailable("the disk is full")

    @Test("A set read from the store does not replace one fetched meanwhile")
    func slowLook() async throws {
        let bench = try KeySetBench()
        try bench.publish(["old"])
        _ = try await bench.node().keyIDs()
        bench.clock.advance(by: .seconds(450))
        try bench.publish(["new"])
        let store = FlakyKeySets(bench.store.keySets)
        let node = bench.node(store: store)
        store.holdReaders()
        async let early = node.keyIDs()
        await store.waitForReader()
        #expect(try await node.refreshedKeyIDs() == .keys(["new"]))
        store.letGo()
        #expect(try await early == ["new"])
        #expect(try await node.keyIDs() == ["new"])
    }

    @Test("A fetch that began earlier and ended later does not replace the other node's result")
    func slowNode() async throws {
        let bench = try KeySetBench()
        try bench.publish(["old"])
        let (slow, fast) = (bench.node(), bench.node())
        bench.reader.hold()
        async let early = slow.keyIDs()
        await bench.reader.waitForHeld(1)
        // The slow node's response is still in flight when the key is removed from the set.
        bench.clock.advance(by: .seconds(1))
        try bench.publish(["new"])
        async let late = fast.refreshedKeyIDs()
        await bench.reader.waitForHeld(2)
        bench.reader.letGoOfLast()
        #expect(try await late == .keys(["new"]))
        bench.reader.letGo()
        #expect(try await early == ["new"])
        for node in [slow, fast, bench.node()] { #expect(try await node.keyIDs() == ["new"]) }
    }

    @Test("While the store is unavailable a missing set is an error, not an empty set")
    func storeDownAtFirstUse() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        let store = FlakyKeySets(bench.store.keySets)
        let node = bench.node(store: store)
        store.fail(with: Self.outage)
        await #expect(throws: Self.outage.asUnavailable) { try await node.keyIDs() }
        await #expect(throws: Self.outage.asUnavailable) { try await node.refreshedKeyIDs() }
        #expect(bench.reader.calls.isEmpty)
        store.fail(with: nil)
        #expect(try await node.keyIDs() == ["k1"])
    }

    @Test("An expired set is not used while the store is down, nor for an unknown kid")
    func storeDownLater() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        let store = FlakyKeySets(bench.store.keySets)
        let node = bench.node(store: store)
        _ = try await node.keyIDs()
        store.fail(with: Self.outage)
        bench.clock.advance(by: .milliseconds(659_999))
        #expect(try await node.keyIDs() == ["k1"])
        bench.clock.advance(by: .milliseconds(1))
        for _ in 0..<3 {
            await #expect(throws: Self.outage.asUnavailable) { try await node.keyIDs() }
            if case .keys? = try? await node.refreshedKeyIDs() { Issue.record("an expired set was used") }
        }
    }

    @Test("While another node reads it, a set that expired days ago is not used for an unknown kid")
    func claimedElsewhere() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        let (node, other) = (bench.node(), bench.node())
        _ = try await node.keyIDs()
        bench.clock.advance(by: .seconds(3 * 86_400))
        // The other node's clock is ahead: its claim blocks this node.
        let claimed = try await bench.store.keySets.claimRefresh(
            of: KeySetBench.url.text, for: .due, at: bench.clock.now + .seconds(5), lease: .seconds(20))
        #expect(claimed != nil)
        for node in [node, other] {
            #expect(try await node.keyIDs() == [])
            #expect(try await node.refreshedKeyIDs() == .unavailable("the key set is being read elsewhere"))
        }
    }

    @Test("A set fetched before the clock was set back is refreshed before use")
    func clockSetBack() async throws {
        let bench = try KeySetBench()
        try bench.publish(["old"], lifetime: .seconds(86_400))
        let node = bench.node()
        _ = try await node.keyIDs()
        try bench.publish(["new"])
        bench.clock.advance(by: .seconds(-365 * 86_400))
        #expect(try await node.keyIDs() == ["new"])
        #expect(try await bench.node().keyIDs() == ["new"])
    }

    @Test("An unavailable store is reported in a few lines for 200 sets, which are fetched once it is back")
    func quietOutage() async throws {
        let bench = try KeySetBench()
        for number in 0..<200 {
            let url = "https://client.example/\(number)"
            try await bench.store.clients.add(
                ClientRecord(id: ClientID(url), name: "", keySetURL: url, createdAt: bench.clock.now), keys: [])
        }
        let store = FlakyKeySets(bench.store.keySets)
        store.failOnClaims(with: Self.outage)
        let node = bench.node(store: store)
        try await bench.inBackground(of: node) {
            await until { store.claims >= 200 }
            #expect(bench.log.lines.count < 10)
            #expect(bench.reader.calls.isEmpty)
            store.failOnClaims(with: nil)
            bench.clock.advance(by: .seconds(60))
            await bench.reader.waitForCalls(200)
        }
    }
}
