import Countersign
import Store
import Testing

@testable import Server

@Suite("Key sets: first use, and the cost of a cached set", .timeLimit(.minutes(5)))
struct KeySetFirstUseTests {
    @Test("100 concurrent requests share one fetch")
    func shared() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        let node = bench.node()
        bench.reader.hold()
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<100 { group.addTask { try await node.keyIDs() } }
            await bench.reader.waitForHeld(1)
            bench.reader.letGo()
            for try await keyIDs in group { #expect(keyIDs == ["k1"]) }
        }
        #expect(bench.reader.calls == [.init(document: .keySet, url: KeySetBench.url, etag: nil)])
    }

    @Test("A cached set costs no fetch and no read of the store")
    func atHand() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1", "k2"])
        let store = FlakyKeySets(bench.store.keySets)
        let node = bench.node(store: store)
        _ = try await node.keyIDs()
        let reads = store.reads
        bench.clock.advance(by: .milliseconds(599_999))
        for _ in 0..<100 { #expect(try await node.keyIDs() == ["k1", "k2"]) }
        #expect(bench.reader.calls.count == 1)
        #expect(store.reads == reads)
    }

    @Test("After a restart no fetch is needed, and concurrent requests share one read of the store")
    func restart() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        _ = try await bench.node().keyIDs()
        bench.breakDown()
        let store = FlakyKeySets(bench.store.keySets)
        let restarted = bench.node(store: store)
        store.holdReaders()
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<100 { group.addTask { try await restarted.keyIDs() } }
            await store.waitForReader()
            store.letGo()
            for try await keyIDs in group { #expect(keyIDs == ["k1"]) }
        }
        #expect(bench.reader.calls.count == 1)
        #expect(store.reads < 100)
    }

    @Test("A second node needs no fetch either")
    func secondNode() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        let nodes = [bench.node(), bench.node()]
        for node in nodes { #expect(try await node.keyIDs() == ["k1"]) }
        #expect(bench.reader.calls.count == 1)
    }

    @Test("A request at a second node during the first node's fetch gets the keys, too")
    func secondNodeMeanwhile() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        let (one, other) = (bench.node(), bench.node())
        bench.reader.hold()
        async let early = one.keyIDs()
        await bench.reader.waitForHeld(1)
        // The other node has no copy and has not fetched yet, so rule 13 allows it to.
        #expect(try await other.keyIDs() == [])
        async let late = other.refreshedKeyIDs()
        await bench.reader.waitForHeld(2)
        bench.reader.letGo()
        #expect(try await early == ["k1"])
        #expect(try await late == .keys(["k1"]))
        #expect(bench.reader.calls.count == 2)
    }

    @Test("If the first fetch fails there are no keys and no second fetch for the same request; it is retried later")
    func failure() async throws {
        let bench = try KeySetBench()
        bench.breakDown(KeySetBench.url, "no such host")
        let node = bench.node()
        for _ in 0..<3 {
            #expect(try await node.keyIDs() == [])
            #expect(try await node.refreshedKeyIDs() == .unavailable("no such host"))
        }
        #expect(bench.reader.calls.count == 1)
        #expect(
            bench.log.lines == [
                .init(.error, "key set \(KeySetBench.url) cannot be read: no such host; there is no earlier set")
            ])
        try bench.publish(["k1"])
        bench.clock.advance(by: .seconds(30))
        #expect(try await node.keyIDs() == ["k1"])
        #expect(bench.log.texts.last == "key set \(KeySetBench.url) can be read again")
    }

    @Test("URLs that differ in one byte, or only in the normalization of é, are different sets")
    func exactURLs() async throws {
        let bench = try KeySetBench()
        let urls: [ExactString] = [
            "https://client.example/\u{E9}", "https://client.example/e\u{301}", "https://client.example/E",
        ]
        for (number, url) in urls.enumerated() { try bench.publish(["k\(number)"], at: url) }
        let node = bench.node()
        for (number, url) in urls.enumerated() { #expect(try await node.keyIDs(url) == ["k\(number)"]) }
        let restarted = bench.node()
        for (number, url) in urls.enumerated() { #expect(try await restarted.keyIDs(url) == ["k\(number)"]) }
        #expect(bench.reader.calls.count == 3)
    }
}
