import Countersign
import Testing

@testable import Server

@Suite("Key sets of clients that nobody has let in", .timeLimit(.minutes(5)))
struct StrangersKeySetTests {
    private let bench: KeySetBench

    init() throws {
        bench = try KeySetBench()
    }

    private func cache(_ limits: FetchSemaphore.Limits = .clientURLs) -> (KeySetCache, FetchSemaphore) {
        let semaphore = FetchSemaphore(limits)
        return (.ofStrangers(bench.reader, semaphore, KeySetSettings(), bench.log.runtime(bench.clock)), semaphore)
    }

    @Test("60 a minute are read from one host, whatever its URLs and whatever for")
    func perHost() async throws {
        let (cache, _) = cache()
        let urls = (0..<100).map { ExactString("https://client.example/\($0)") }
        for url in urls {
            try bench.publish(["k1"], at: url)
            _ = try await cache.keys(at: url)
        }
        #expect(bench.reader.calls.count == 60)
        // A set that was read is still used, and not read again for an unknown key.
        bench.clock.advance(by: .milliseconds(500))
        #expect(try await cache.keys(at: urls[0]).count == 1)
        _ = try await cache.refreshEarly(urls[99], of: RegisteredClient(id: "new", keys: []))
        #expect(bench.reader.calls.count == 60)
        let other: ExactString = "https://other.example/jwks"
        try bench.publish(["k1"], at: other)
        #expect(try await cache.keys(at: other).count == 1)
        bench.clock.advance(by: .milliseconds(500))
        for url in urls.suffix(2) { _ = try await cache.keys(at: url) }
        #expect(bench.reader.calls.count == 62)
    }

    @Test("All hosts together have ten times as much")
    func allHosts() async throws {
        let (cache, _) = cache()
        for number in 0..<700 { _ = try await cache.keys(at: ExactString("https://h\(number).example/jwks")) }
        #expect(bench.reader.calls.count == 600)
    }

    @Test("A slow host does not fill the queue")
    func queue() async throws {
        let (cache, semaphore) = cache(
            .init(count: 1, ofOneSource: 1, unproven: 1, unprovenOfOneSource: 1, unprovenWaiting: 2))
        bench.reader.hold()
        await withDiscardingTaskGroup { group in
            for number in 0..<3 {
                group.addTask { _ = try? await cache.keys(at: ExactString("https://slow.example/\(number)")) }
            }
            await until { semaphore.waitingCount == 2 }
            #expect((try? await cache.keys(at: "https://slow.example/4"))?.isEmpty == true)
            #expect(semaphore.waitingCount == 2 && bench.reader.calls.count == 1)
            bench.reader.letGo()
        }
        #expect(bench.reader.calls.count == 3)
    }
}
