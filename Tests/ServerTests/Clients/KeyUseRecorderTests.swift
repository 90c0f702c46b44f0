import Countersign
import Store
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("The last use of keys", .timeLimit(.minutes(5)))
struct KeyUseRecorderTests {
    /// An in-memory store of uses; refuses writes from a cancelled task, as a database does.
    private final class Uses: KeyUseStore {
        private let written = Mutex<[[KeyUse]]>([])
        private let failure = Mutex<StoreError?>(nil)

        var batches: [[KeyUse]] { written.withLock { $0 } }

        func fail(with error: StoreError?) {
            failure.withLock { $0 = error }
        }

        func record(_ uses: [KeyUse]) async throws(StoreError) {
            if Task.isCancelled { throw .unavailable("cancelled") }
            if let failure = failure.withLock({ $0 }) { throw failure }
            written.withLock { $0.append(uses) }
        }

        func latest(of id: ClientID) async throws(StoreError) -> [String: UnixTime] { [:] }

        func hourly(of id: ClientID, since time: UnixTime) async throws(StoreError) -> [HourlyKeyUses] { [] }

        func sweepStep(at now: UnixTime) async throws(StoreError) -> Bool { false }
    }

    private let uses = Uses()
    private let log = RecordedLog()

    private let key: ClientKey

    init() throws {
        key = ClientKey(JWK(key: try SigningKey.generate(.es256).verificationKey))
    }

    private func recorder() -> KeyUseRecorder { KeyUseRecorder(store: uses, log.runtime(TestClock())) }

    private func client(_ id: String) -> RegisteredClient {
        ClientRegistration(
            client: ClientRecord(id: ClientID(id), name: id, createdAt: TestClock.start), keys: []
        ).registeredClient
    }

    private func use(_ client: String, _ key: ClientKey, at time: UnixTime, count: Int = 1) -> KeyUse {
        KeyUse(client: ClientID(client), thumbprint: key.thumbprint, at: time, count: count)
    }

    @Test("Of many uses between two writes the time of the first and their number are saved")
    func oneUse() async throws {
        let recorder = recorder()
        let now = TestClock.start
        let clients = ["a", "b"].map(client)
        for second in 0..<100 {
            for client in clients { recorder.recordUse(key, of: client, at: now + .seconds(second)) }
        }
        await recorder.write()
        await recorder.write()
        #expect(uses.batches.count == 1)
        let expected = ["a", "b"].map { use($0, key, at: now, count: 100) }
        #expect(uses.batches.first?.sorted { $0.client.text < $1.client.text } == expected)
        recorder.recordUse(key, of: clients[0], at: now + .seconds(100))
        await recorder.write()
        #expect(uses.batches.last == [use("a", key, at: now + .seconds(100))])
    }

    @Test("A client that alternates between two keys is recorded with both, and a reloaded client only once")
    func twoKeys() async throws {
        let recorder = recorder()
        let other = ClientKey(JWK(key: try SigningKey.generate(.es256).verificationKey))
        let client = client("a")
        for second in 0..<10 {
            recorder.recordUse(
                second.isMultiple(of: 2) ? key : other, of: client, at: TestClock.start + .seconds(second))
            recorder.recordUse(key, of: self.client("a"), at: TestClock.start + .seconds(second))
        }
        await recorder.write()
        let expected = [
            use("a", key, at: TestClock.start, count: 15), use("a", other, at: TestClock.start + .seconds(1), count: 5),
        ]
        #expect(uses.batches.first?.sorted { $0.at < $1.at } == expected)
    }

    @Test("Uses at the same time, beside writes and reloads, are each counted once")
    func concurrent() async throws {
        let recorder = recorder()
        let others = try (0..<5).map { _ in ClientKey(JWK(key: try SigningKey.generate(.es256).verificationKey)) }
        let shared = client("a")
        await withTaskGroup(of: Void.self) { group in
            // More keys than there are counters.
            for key in [key] + others {
                for task in 0..<2 {
                    group.addTask {
                        for number in 0..<1000 {
                            let isReloaded = task == 1 && number.isMultiple(of: 50)
                            recorder.recordUse(
                                key, of: isReloaded ? self.client("a") : shared, at: TestClock.start)
                        }
                    }
                }
            }
            group.addTask { for _ in 0..<50 { await recorder.write() } }
        }
        await recorder.write()
        var counts: [String: Int] = [:]
        for use in uses.batches.joined() { counts[use.thumbprint, default: 0] += use.count }
        #expect(counts.count == 6)
        #expect(counts.values.allSatisfy { $0 == 2000 })
    }

    @Test("A client without a registration is recorded as well")
    func withoutRegistration() async throws {
        let recorder = recorder()
        for _ in 0..<3 {
            recorder.recordUse(key, of: RegisteredClient(id: ClientID("a"), keys: [key]), at: TestClock.start)
        }
        await recorder.write()
        #expect(uses.batches == [[use("a", key, at: TestClock.start, count: 3)]])
    }

    @Test("Pending uses are saved at shutdown")
    func ending() async throws {
        let recorder = recorder()
        let running = Task { await recorder.run(every: .seconds(3600)) }
        recorder.recordUse(key, of: client("a"), at: TestClock.start)
        running.cancel()
        await running.value
        #expect(uses.batches == [[use("a", key, at: TestClock.start)]])
        #expect(log.lines == [])
    }

    @Test("The number of recorded uses is bounded")
    func capacity() async throws {
        let recorder = recorder()
        for number in 0..<30_000 {
            recorder.recordUse(key, of: client("https://client.example/\(number)"), at: TestClock.start)
        }
        await recorder.write()
        #expect(uses.batches.first?.count == 20_000)
    }

    @Test("An unavailable store is reported, and fails no request")
    func failure() async throws {
        let recorder = recorder()
        uses.fail(with: .unavailable("full"))
        recorder.recordUse(key, of: client("a"), at: TestClock.start)
        await recorder.write()
        #expect(log.lines.count == 1)
    }
}
