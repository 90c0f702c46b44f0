import Countersign
import TestSupport
import Testing

@testable import Server

@Suite("Key sets of client URLs, which are kept in memory only", .timeLimit(.minutes(5)))
struct UnstoredKeySetTests {
    private let bench: KeySetBench
    private let node: KeySetNode

    init() throws {
        bench = try KeySetBench()
        node = bench.node(isStored: false)
        try bench.publish(["k1"])
    }

    /// Returns how often the set was read after a request at `seconds` after the start.
    private func reads(at seconds: Int, isKeyUnknown: Bool = false) async throws -> Int {
        bench.clock.advance(by: TestClock.start + .seconds(seconds) - bench.clock.now)
        if isKeyUnknown { _ = try await node.refreshedKeyIDs() } else { _ = try await node.keyIDs() }
        await until { !node.isReading }
        return bench.reader.calls.count
    }

    @Test("A set is read once for all requests, however long that takes")
    func due() async throws {
        bench.reader.hold()
        async let first = node.keyIDs()
        await bench.reader.waitForHeld(1)
        bench.clock.advance(by: .seconds(19))
        async let second = node.keyIDs()
        bench.clock.advance(by: .seconds(1))
        async let third = node.keyIDs()
        bench.reader.letGo()
        #expect(try await [first, second, third] == [["k1"], ["k1"], ["k1"]])
        #expect(bench.reader.calls.count == 1)
        #expect(node.cache.readAt(KeySetBench.url) == TestClock.start + .seconds(20))
        #expect(try await reads(at: 21) == 1)
        // A clock set back by more than a minute does not block a read.
        #expect(try await reads(at: -40) == 1)
        #expect(try await reads(at: -41) == 2)
    }

    @Test("A set is read again when it is due, and not before")
    func schedule() async throws {
        #expect(try await reads(at: 0) == 1)
        #expect(try await reads(at: 599) == 1)
        #expect(try await reads(at: 600) == 2)
        bench.breakDown()
        #expect(try await reads(at: 1200) == 3)
        // The first retry follows after 30 seconds.
        #expect(try await reads(at: 1229) == 3)
        #expect(try await reads(at: 1230) == 4)
        #expect(try await node.keyIDs() == ["k1"])
        #expect(try await bench.store.keySets.all() == [])
    }

    @Test("An unknown key allows an earlier read, but not within its cool-down")
    func unknownKey() async throws {
        #expect(try await reads(at: 0) == 1)
        #expect(try await reads(at: 29, isKeyUnknown: true) == 1)
        #expect(try await reads(at: 30, isKeyUnknown: true) == 2)
        #expect(try await reads(at: 31, isKeyUnknown: true) == 2)
    }

    @Test("RFC 9110 §13.1.2: the ETag is sent, and 304 keeps the keys")
    func notModified() async throws {
        try bench.publish(["k1"], etag: "\"v1\"")
        #expect(try await reads(at: 0) == 1)
        bench.reader.answer(KeySetBench.url, .notModified(lifetime: nil))
        #expect(try await reads(at: 30, isKeyUnknown: true) == 2)
        #expect(bench.reader.calls.last?.etag == "\"v1\"")
        #expect(try await node.keyIDs() == ["k1"])
        #expect(node.cache.readAt(KeySetBench.url) == TestClock.start + .seconds(30))
    }

    @Test("It never exceeds its capacity")
    func capacity() async throws {
        let node = bench.node(isStored: false) { $0.capacity = 10 }
        let urls = (0..<1000).map { ExactString("https://client.example/\($0)") }
        for url in urls {
            try bench.publish(["k1"], at: url)
            _ = try await node.keyIDs(url)
        }
        #expect((1...10).contains(urls.count { node.cache.readAt($0) != nil }))
        #expect(node.cache.readAt(urls[999]) != nil)
    }
}
