import Countersign
import Testing

@testable import Server

@Suite("Cached client metadata documents", .timeLimit(.minutes(5)))
struct ClientMetadataDocumentsTests {
    private let bench = MetadataBench()
    private static let url = MetadataBench.url

    @Test("100 concurrent requests for a document share one fetch; a cached document needs none")
    func shared() async throws {
        try bench.publish()
        let documents = try bench.documents()
        bench.reader.hold()
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<100 { group.addTask { try await documents.keyIDs() } }
            await bench.reader.waitForHeld(1)
            bench.reader.letGo()
            for try await keyIDs in group { #expect(keyIDs == ["k1"]) }
        }
        bench.clock.advance(by: .milliseconds(599_999))
        for _ in 0..<100 { #expect(try await documents.keyIDs() == ["k1"]) }
        #expect(bench.reader.calls == [.init(document: .clientMetadata, url: Self.url, etag: nil)])
    }

    @Test("A host that is not allowed is never contacted, nor is one in an invalid identifier")
    func otherHost() async throws {
        let documents = try bench.documents()
        await #expect(throws: ClientMetadataFault.host("evil.example")) {
            try await documents.client(ClientID("https://evil.example/c"))
        }
        await #expect(throws: ClientMetadataFault.self) {
            try await documents.client(ClientID("https://client.example"))
        }
        #expect(bench.reader.calls.isEmpty)
        #expect(documents.fault(ClientID("https://evil.example/c")) == .host("evil.example"))
    }

    @Test("For a minute after expiry requests do not wait for the refresh; later ones do")
    func refresh() async throws {
        try bench.publish(etag: "\"v1\"")
        let documents = try bench.documents()
        _ = try await documents.keyIDs()
        try bench.publish(keyID: "k2")
        bench.reader.hold()
        bench.clock.advance(by: .milliseconds(659_999))
        #expect(try await documents.keyIDs() == ["k1"])
        await bench.reader.waitForHeld(1)
        #expect(bench.reader.calls.last?.etag == "\"v1\"")
        bench.clock.advance(by: .milliseconds(1))
        async let later = documents.keyIDs()
        bench.reader.letGo()
        #expect(try await later == ["k2"])
        #expect(bench.reader.calls.count == 2)
    }

    @Test("RFC 9110 §15.4.5: 304 keeps the document, and is a failure without one")
    func notModified() async throws {
        bench.reader.answer(Self.url, .notModified(lifetime: nil))
        let documents = try bench.documents()
        await #expect(throws: ClientMetadataFault.self) { try await documents.keyIDs() }
        try bench.publish(etag: "\"v1\"")
        bench.clock.advance(by: .seconds(30))
        #expect(try await documents.keyIDs() == ["k1"])
        bench.reader.answer(Self.url, .notModified(lifetime: .seconds(3600)))
        bench.clock.advance(by: .seconds(7200))
        #expect(try await documents.keyIDs() == ["k1"])
        bench.clock.advance(by: .milliseconds(3_599_999))
        #expect(try await documents.keyIDs() == ["k1"])
        #expect(bench.reader.calls.count == 3)
    }

    @Test("While its URL cannot be read, a document is used until its grace period ends")
    func grace() async throws {
        try bench.publish()
        let documents = try bench.documents()
        _ = try await documents.keyIDs()
        bench.reader.answer(Self.url, .failed(reason: "down"))
        bench.clock.advance(by: .seconds(660))
        #expect(try await documents.keyIDs() == ["k1"])
        bench.clock.advance(by: .seconds(86_400 - 61))
        #expect(try await documents.keyIDs() == ["k1"])
        await until { bench.reader.calls.count >= 3 && !documents.isReading }
        bench.clock.advance(by: .seconds(1))
        await #expect(throws: ClientMetadataFault.unreadable("down")) { try await documents.keyIDs() }
        #expect(documents.fault(MetadataBench.id) == .unreadable("down"))
    }

    @Test("A document with invalid content disables the client at once, without a grace period")
    func withdrawn() async throws {
        try bench.publish()
        let documents = try bench.documents()
        _ = try await documents.keyIDs()
        try bench.publish(changes: [("client_secret", "x")])
        bench.clock.advance(by: .seconds(660))
        await #expect(throws: ClientMetadataFault.self) { try await documents.keyIDs() }
        bench.reader.answer(Self.url, .failed(reason: "down"))
        bench.clock.advance(by: .seconds(30))
        await #expect(throws: ClientMetadataFault.unreadable("down")) { try await documents.keyIDs() }
    }

    @Test(
        "draft-02 §5.2: an unavailable document is retried after 5 seconds, however often it has failed",
        arguments: [
            .failed(reason: "down"), .received(Array("<html>".utf8), etag: nil, lifetime: .seconds(86_400)),
            .notModified(lifetime: .seconds(86_400)),
        ] as [ReadResult])
    func failures(_ reading: ReadResult) async throws {
        bench.reader.answer(Self.url, reading)
        let documents = try bench.documents()
        for round in 0..<10 {
            for _ in 0..<3 {
                await #expect(throws: ClientMetadataFault.self) { try await documents.keyIDs() }
                bench.clock.advance(by: .milliseconds(1666))
            }
            #expect(bench.reader.calls.count == round + 1)
            bench.clock.advance(by: .milliseconds(2))
        }
        try bench.publish()
        #expect(try await documents.keyIDs() == ["k1"])
    }

    @Test("During its grace period a document is retried once a minute")
    func retries() async throws {
        try bench.publish()
        let documents = try bench.documents()
        _ = try await documents.keyIDs()
        bench.reader.answer(Self.url, .failed(reason: "down"))
        bench.clock.advance(by: .seconds(600))
        for round in 1...10 {
            #expect(try await documents.keyIDs() == ["k1"])
            await until { bench.reader.calls.count == round + 1 && !documents.isReading }
            bench.clock.advance(by: .seconds(60))
        }
        try bench.publish(keyID: "k2")
        #expect(try await documents.keyIDs() == ["k1"])
        await until { (try? await documents.keyIDs()) == ["k2"] }
    }

    @Test("Made-up identifiers on an allowed host cause at most 60 fetches a minute, and evict no client")
    func madeUp() async throws {
        try bench.publish(lifetime: .seconds(86_400))
        let documents = try bench.documents()
        _ = try await documents.keyIDs()
        for minute in 0..<60 {
            for number in 0..<70 {
                let id = ClientID("https://client.example/\(minute)/\(number)")
                await #expect(throws: ClientMetadataFault.self) { try await documents.client(id) }
            }
            bench.clock.advance(by: .seconds(60))
        }
        #expect(bench.reader.calls.count <= 60 * 60)
        #expect(documents.fault(ClientID("https://client.example/59/69")) == .rateLimited(host: "client.example"))
        #expect(try await documents.keyIDs() == ["k1"])
        #expect(bench.reader.calls(of: Self.url) == 1)
    }

    @Test("A client's own refreshes are not rate limited")
    func refreshesAreFree() async throws {
        try bench.publish()
        let documents = try bench.documents()
        _ = try await documents.keyIDs()
        bench.clock.advance(by: .seconds(3600))
        for number in 0..<60 {
            _ = try? await documents.client(ClientID("https://client.example/\(number)"))
        }
        try bench.publish(keyID: "k2")
        #expect(try await documents.keyIDs() == ["k2"])
    }

    @Test("At most 4 documents of unproven clients under one entry are fetched concurrently")
    func atOnce() async throws {
        let documents = try bench.documents()
        bench.reader.hold()
        await withDiscardingTaskGroup { group in
            for number in 0..<200 {
                group.addTask { _ = try? await documents.client(ClientID("https://h\(number).agents.example/c")) }
            }
            await bench.reader.waitForHeld(4)
            for _ in 0..<1000 { await Task.yield() }
            #expect(bench.reader.heldCount == 4)
            bench.reader.letGo()
        }
        #expect(bench.reader.mostAtOnce == 4)
    }

    @Test("A document fetched before the clock was set back is refreshed before use")
    func clockSetBack() async throws {
        try bench.publish(lifetime: .seconds(86_400))
        let documents = try bench.documents()
        _ = try await documents.keyIDs()
        try bench.publish(keyID: "k2")
        bench.clock.advance(by: .seconds(-365 * 86_400))
        #expect(try await documents.keyIDs() == ["k2"])
    }
}
