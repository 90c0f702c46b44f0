import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("Background refresh of key sets", .timeLimit(.minutes(10)))
struct KeySetRefreshTests {
    @Test("A registered set is fetched before the first request")
    func eager() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        try await bench.register()
        let node = bench.node()
        try await bench.inBackground(of: node) {
            await bench.reader.waitForCalls(1)
            await bench.waitFor(["k1"], in: node)
        }
        #expect(bench.reader.calls.count == 1)
    }

    @Test("No request waits for a hanging server until a minute after the set has expired")
    func hangingServer() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        try await bench.register()
        let node = bench.node()
        _ = try await node.keyIDs()
        try bench.publish(["k2"])
        bench.reader.hold()
        try await bench.inBackground(of: node) { () async throws in
            bench.clock.advance(by: .seconds(480))
            await bench.reader.waitForHeld(1)
            #expect(try await node.keyIDs() == ["k1"])
            bench.clock.advance(by: .milliseconds(179_999))
            #expect(try await node.keyIDs() == ["k1"])
            bench.reader.letGo()
            await bench.waitFor(["k2"], in: node)
        }
        #expect(bench.reader.calls.count == 2)
    }

    @Test("RFC 9110 §13.1.2: the ETag is sent; 304 keeps the keys and extends their lifetime")
    func notModified() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"], etag: "\"v1\"", lifetime: .seconds(600))
        try await bench.register()
        let node = bench.node()
        _ = try await node.keyIDs()
        bench.reader.answer(KeySetBench.url, .notModified(lifetime: .seconds(3600)))
        bench.clock.advance(by: .seconds(480))
        let began = bench.clock.now
        try await bench.inBackground(of: node) {
            await bench.reader.waitForCalls(2)
            await until { (try? await bench.record().fetchedAt) == began }
        }
        #expect(bench.reader.calls.last?.etag == "\"v1\"")
        let record = try await bench.record()
        #expect(record.etag == "\"v1\"")
        #expect(record.expiresAt == began + .seconds(3600))
        bench.clock.advance(by: .milliseconds(3_599_999))
        #expect(try await node.keyIDs() == ["k1"])
        #expect(bench.reader.calls.count == 2)
    }

    @Test("304 without a copy is a failure, not an empty set")
    func notModifiedFromNothing() async throws {
        let bench = try KeySetBench()
        bench.reader.answer(KeySetBench.url, .notModified(lifetime: nil))
        let node = bench.node()
        #expect(try await node.keyIDs() == [])
        #expect(try await bench.record().problem != nil)
    }

    @Test("Two nodes together fetch a set once per period")
    func twoNodes() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k0"], lifetime: .seconds(600))
        try await bench.register()
        let (one, other) = (bench.node(), bench.node())
        try await bench.inBackground(of: one) {
            try await bench.inBackground(of: other) {
                for period in 1...5 {
                    await bench.reader.waitForCalls(period)
                    for node in [one, other] { await bench.waitFor(["k\(period - 1)"], in: node) }
                    try bench.publish(["k\(period)"], lifetime: .seconds(600))
                    bench.clock.advance(by: .seconds(480))
                    // The node that found the set claimed looks again once the lease has expired.
                    await bench.reader.waitForCalls(period + 1)
                    await until { (try? await bench.record().fetchedAt) == bench.clock.now }
                    bench.clock.advance(by: .seconds(20))
                }
                for node in [one, other] { await bench.waitFor(["k5"], in: node) }
            }
        }
        #expect(bench.reader.calls.count == 6)
    }

    @Test("A set that no client uses any more is not refreshed")
    func unregistered() async throws {
        let bench = try KeySetBench()
        let marker: ExactString = "https://marker.example/jwks"
        for url in [KeySetBench.url, marker] {
            try bench.publish(["k1"], at: url)
            try await bench.register(url)
        }
        let node = bench.node()
        try await bench.inBackground(of: node) { await bench.reader.waitForCalls(2) }
        try await bench.store.clients.remove(ClientID(KeySetBench.url.text))
        bench.clock.advance(by: .seconds(600))
        try await bench.inBackground(of: node) { await bench.reader.waitForCalls(2, of: marker) }
        #expect(bench.reader.calls(of: KeySetBench.url) == 1)
    }

    @Test("A hanging server does not delay other sets that become due meanwhile")
    func othersMeanwhile() async throws {
        let bench = try KeySetBench()
        let hanging: ExactString = "https://hanging.example/jwks"
        for url in [KeySetBench.url, hanging] {
            try bench.publish(["k1"], at: url)
            try await bench.register(url)
        }
        bench.reader.hold(hanging)
        let node = bench.node()
        try await bench.inBackground(of: node) {
            await bench.reader.waitForHeld(1)
            for period in 1...3 {
                await bench.reader.waitForCalls(period, of: KeySetBench.url)
                await until { (try? await bench.record().fetchedAt) == bench.clock.now }
                bench.clock.advance(by: .seconds(500))
            }
            await bench.reader.waitForCalls(4, of: KeySetBench.url)
            #expect(bench.reader.calls(of: hanging) == 1)
            bench.reader.letGo()
        }
    }

    @Test("Of 1,000 due sets at most 64 are fetched at once, and a request for another set is still served")
    func manyDue() async throws {
        let bench = try KeySetBench()
        let urls = (0..<1000).map { ExactString("https://client.example/\($0)") }
        for url in urls {
            bench.reader.answer(url, .received(Array(#"{"keys":[]}"#.utf8), etag: nil, lifetime: nil))
            try await bench.register(url)
        }
        try bench.publish(["k1"])
        bench.reader.hold()
        let node = bench.node()
        try await bench.inBackground(of: node) {
            await bench.reader.waitForHeld(56)
            async let keyIDs = node.keyIDs()
            await bench.reader.waitForHeld(57)
            #expect(bench.reader.calls.last?.url == KeySetBench.url)
            bench.reader.letGo(KeySetBench.url)
            #expect(await (try? keyIDs) == ["k1"])
            bench.reader.letGo()
            await bench.reader.waitForCalls(1001)
        }
        #expect(bench.reader.mostAtOnce <= 64)
        for url in urls { #expect(bench.reader.calls(of: url) == 1) }
    }

    @Test("The schedule takes the sets that have been due longest, failing ones last")
    func schedule() {
        var schedule = KeySetSchedule()
        let now = TestClock.start
        #expect(Set(schedule.retain(["a", "b", "c", "d", "e"])) == ["a", "b", "c", "d", "e"])
        schedule.add("a", dueAt: now, isFailing: true)
        schedule.add("b", dueAt: now - .seconds(10), isFailing: true)
        schedule.add("c", dueAt: now, isFailing: false)
        schedule.add("d", dueAt: now - .seconds(1), isFailing: false)
        schedule.add("e", dueAt: now + .seconds(1), isFailing: false)
        #expect(schedule.takeDue(at: now, limit: 3) == ["d", "c", "b"])
        #expect(schedule.takeDue(at: now, limit: 3) == ["a"])
        #expect(schedule.takeDue(at: now, limit: 3) == [])
        // Those attempts were never completed.
        #expect(schedule.takeDue(at: now + .seconds(60), limit: 9).count == 5)
        schedule.record("c", Freshness(nextAttemptAt: now))
        schedule.record("unknown", Freshness(nextAttemptAt: now))
        #expect(schedule.takeDue(at: now, limit: 9) == ["c"])
        #expect(schedule.retain(["f", "a"]) == ["f"])
        #expect(schedule.takeDue(at: now + .seconds(1000), limit: 9) == ["a"])
    }

    @Test("A refresh costs one claim and one save in the store, no read, and one parse of the document")
    func storeCalls() async throws {
        let bench = try KeySetBench()
        let (store, parses) = (FlakyKeySets(bench.store.keySets), ParseCounter())
        let node = bench.node(store: store, parses: parses)
        for round in 1...3 {
            try bench.publish(["k\(round)"])
            #expect(try await node.refreshedKeyIDs() == .keys(["k\(round)"]))
            #expect((store.claims, store.saves, store.reads, parses.count) == (round, round, 0, round))
            bench.clock.advance(by: .seconds(30))
        }
        // A request without a cached set reads the store first.
        let restarted = bench.node(store: store, parses: parses)
        #expect(try await restarted.keyIDs() == ["k3"])
        #expect((store.claims, store.saves, store.reads, parses.count) == (3, 3, 1, 4))
    }

    @Test("Background work ends with its task, after finishing the current fetch")
    func ending() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        try await bench.register()
        bench.reader.hold()
        let node = bench.node()
        let running = Task { await node.run(every: .seconds(3600)) }
        await bench.reader.waitForHeld(1)
        running.cancel()
        bench.reader.letGo()
        await running.value
        #expect(try await bench.record().problem == nil)
        #expect(bench.log.lines == [])
    }
}
