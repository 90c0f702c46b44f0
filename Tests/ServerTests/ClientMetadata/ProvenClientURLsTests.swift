import Countersign
import Store
import Testing

@testable import Server

@Suite("Client URLs that have proved a key", .timeLimit(.minutes(5)))
struct ProvenClientURLsTests {
    private let bench = MetadataBench()

    private func remembered(_ capacity: Int = 100) throws -> ProvenClientURLs {
        ProvenClientURLs(
            store: bench.proofs, MetadataBench.settings().clientMetadata, capacity: capacity,
            bench.log.runtime(bench.clock))
    }

    private func url(_ text: String) throws -> ClientIDURL {
        try ClientIDURL(ClientID(text), MetadataBench.settings().clientMetadata)
    }

    @Test("Made-up URLs lock out no client that has proved a key, also after a restart")
    func afterRestart() async throws {
        try bench.publish()
        let before = try bench.documents()
        try await before.prove(at: bench.clock.now)
        let running = Task { await before.proofs.run() }
        running.cancel()
        await running.value
        #expect(bench.proofs.ids == [MetadataBench.id.text])

        let after = try bench.documents()
        for number in 0..<200 { _ = try? await after.client(ClientID("https://client.example/\(number)")) }
        await #expect(throws: ClientMetadataFault.rateLimited(host: "client.example")) {
            try await after.client(ClientID("https://client.example/new"))
        }
        #expect(try await after.keyIDs() == ["k1"])
        #expect(after.isRateLimited(MetadataBench.id))
        #expect(after.isRateLimited(ClientID("https://client.example/new")))
        #expect(!after.isRateLimited(ClientID("https://keys.example/new")))
        // Not the identifier of a client URL, although a URL parser accepts it.
        #expect(!after.isRateLimited(ClientID("HTTPS://client.example/new")))
    }

    @Test("A request that proves no key is not recorded")
    func unproven() async throws {
        try bench.publish()
        let documents = try bench.documents()
        for _ in 0..<10 { _ = try await documents.client(MetadataBench.id) }
        let running = Task { await documents.proofs.run() }
        running.cancel()
        await running.value
        #expect(bench.proofs.writes == 0)
    }

    @Test("Unproven clients with valid documents evict no document of a proven one")
    func strangersWithDocuments() async throws {
        try bench.publish(lifetime: .seconds(86_400))
        let documents = try bench.documents()
        try await documents.prove(at: bench.clock.now)
        for number in 0..<2000 {
            let url = "https://h\(number).agents.example/c"
            try bench.publish(.init(url), lifetime: .seconds(86_400))
            _ = try await documents.client(ClientID(url))
            bench.clock.advance(by: .milliseconds(100))
        }
        #expect(try await documents.keyIDs() == ["k1"])
        #expect(bench.reader.calls(of: MetadataBench.url) == 1)
    }

    @Test("Each allowed host has a share of the capacity, which keeps its latest proofs")
    func shares() async throws {
        let proven = try remembered(30)
        proven.record(try url("https://client.example/c"), at: bench.clock.now)
        for number in 0..<50 {
            bench.clock.advance(by: .seconds(1))
            proven.record(try url("https://h\(number).agents.example/c"), at: bench.clock.now)
        }
        await proven.write()
        let kept = (40..<50).map { "https://h\($0).agents.example/c" }
        #expect(bench.proofs.ids == Set(kept + ["https://client.example/c"]))
        #expect(proven.contains("https://client.example/c"))
        #expect(!proven.contains("https://h39.agents.example/c"))
    }

    @Test("A proof is saved again after an hour, not sooner")
    func coarse() async throws {
        let proven = try remembered()
        let client = try url("https://client.example/c")
        #expect(proven.isDue(client.text, at: bench.clock.now))
        proven.record(client, at: bench.clock.now)
        #expect(!proven.isDue(client.text, at: bench.clock.now + .milliseconds(3_599_999)))
        #expect(proven.isDue(client.text, at: bench.clock.now + .seconds(3600)))
        #expect(proven.isDue(client.text, at: bench.clock.now - .milliseconds(1)))
        await proven.write()
        await proven.write()
        #expect(bench.proofs.writes == 1)
    }

    @Test("Clients that are no longer allowed are removed at the next start")
    func notAllowedAnyMore() async throws {
        try await bench.proofs.record(
            ["https://gone.example/c", "https://client.example/c", "no URL"].map {
                ProvenClientURL(id: ClientID($0), provenAt: bench.clock.now)
            }, forgetting: [])
        let proven = try remembered()
        #expect(await proven.containsAfterLoading("https://client.example/c"))
        #expect(await !proven.containsAfterLoading("https://gone.example/c"))
        await proven.write()
        #expect(bench.proofs.ids == ["https://client.example/c"])
    }

    @Test("A store that cannot be read locks out no client, and is read again")
    func storeDown() async throws {
        try await bench.proofs.record(
            [ProvenClientURL(id: MetadataBench.id, provenAt: bench.clock.now)], forgetting: [])
        bench.proofs.fail(with: .unavailable("down"))
        let proven = try remembered()
        #expect(await !proven.containsAfterLoading(MetadataBench.url))
        #expect(bench.log.texts.count == 1)
        bench.proofs.fail(with: nil)
        #expect(await proven.containsAfterLoading(MetadataBench.url))
    }
}
