import Countersign
import CountersignJOSE
import CountersignStore
import Synchronization
import Testing

@testable import CountersignServer

@Suite("When a key was last used", .timeLimit(.minutes(5)))
struct KeyUseRecorderTests {
    /// Uses in memory; writes nothing for a task that is cancelled, as a database does.
    private final class Uses: KeyUseStore {
        private let written = Mutex<[[KeyUse]]>([])
        private let failure = Mutex<StoreError?>(nil)

        var batches: [[KeyUse]] { written.withLock { $0 } }

        func fail(with error: StoreError?) {
            failure.withLock { $0 = error }
        }

        func recordKeyUses(_ uses: [KeyUse]) async throws(StoreError) {
            if Task.isCancelled { throw .unavailable("cancelled") }
            if let failure = failure.withLock({ $0 }) { throw failure }
            written.withLock { $0.append(uses) }
        }

        func keyUses(of id: ClientID) async throws(StoreError) -> [String: UnixTime] { [:] }
    }

    private let uses = Uses()
    private let log = EventLog()

    private func recorder() -> KeyUseRecorder { KeyUseRecorder(store: uses, report: log.write) }

    @Test("Of many uses between two writes the last one is written")
    func lastUse() async throws {
        let recorder = recorder()
        let now = TestClock.start
        for second in 0..<100 {
            for client in ["a", "b"] {
                recorder.note(client: ClientID(client), thumbprint: "t", at: now + .seconds(second))
            }
        }
        await recorder.write()
        await recorder.write()
        #expect(uses.batches.count == 1)
        let expected = ["a", "b"].map { KeyUse(client: ClientID($0), thumbprint: "t", at: now + .seconds(99)) }
        #expect(uses.batches.first?.sorted { $0.client.text < $1.client.text } == expected)
    }

    @Test("What was used in the last seconds of a server is written when it ends")
    func ending() async throws {
        let recorder = recorder()
        let running = Task { await recorder.run(every: .seconds(3600)) }
        recorder.note(client: ClientID("a"), thumbprint: "t", at: TestClock.start)
        running.cancel()
        await running.value
        #expect(uses.batches == [[KeyUse(client: ClientID("a"), thumbprint: "t", at: TestClock.start)]])
        #expect(log.events == [])
    }

    @Test("Strangers' names cannot grow without bound what is remembered")
    func capacity() async throws {
        let recorder = recorder()
        for number in 0..<30_000 {
            recorder.note(client: ClientID("https://client.example/\(number)"), thumbprint: "t", at: TestClock.start)
        }
        await recorder.write()
        #expect(uses.batches.first?.count == 20_000)
    }

    @Test("A store that is down is told of, and costs no request")
    func trouble() async throws {
        let recorder = recorder()
        uses.fail(with: .unavailable("full"))
        recorder.note(client: ClientID("a"), thumbprint: "t", at: TestClock.start)
        await recorder.write()
        #expect(log.events.count == 1)
    }
}
