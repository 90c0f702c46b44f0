import Countersign
import Store
import TestSupport
import Testing

@Suite("Client URLs that have proved a key")
struct ProvenClientURLTests {
    private static func proof(_ id: String, _ seconds: Int64) -> ProvenClientURL {
        ProvenClientURL(id: ClientID(id), provenAt: TestClock.start + .seconds(seconds))
    }

    @Test("They survive a restart, latest first; only a client's latest proof is kept", arguments: Engine.all)
    func kept(_ engine: Engine) async throws {
        let open = try engine.make()
        #expect(try await open.store.provenClientURLs.all() == [])
        try await open.store.provenClientURLs.record(
            [
                Self.proof("https://a.example/é", 1), Self.proof("https://a.example/e\u{301}", 2),
                Self.proof("https://b.example/", 5), Self.proof("https://b.example/", 4), Self.proof("nul\0", 6),
            ], forgetting: [])
        let store = try await open.reopened()
        let expected = [("https://b.example/", 5), ("https://a.example/e\u{301}", 2), ("https://a.example/é", 1)]
        #expect(try await store.provenClientURLs.all() == expected.map { Self.proof($0.0, Int64($0.1)) })
        try await store.provenClientURLs.record([], forgetting: ["https://b.example/", "nul\0"].map { ClientID($0) })
        #expect(try await store.provenClientURLs.all().map(\.id.text) == expected.dropFirst().map(\.0))
    }

    @Test("At most 10,000 are kept: the oldest are evicted", arguments: Engine.all)
    func bounded(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.provenClientURLs.record(
            (0..<10_050).map { Self.proof("https://a.example/\($0)", Int64($0)) }, forgetting: [])
        let kept = try await store.provenClientURLs.all()
        #expect(kept.count == ProvenClientURL.maximumCount)
        #expect(kept.first?.id == ClientID("https://a.example/10049"))
        #expect(kept.last?.id == ClientID("https://a.example/50"))
    }
}
