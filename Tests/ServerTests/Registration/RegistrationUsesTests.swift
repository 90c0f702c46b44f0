import Countersign
import TestSupport
import Testing

@testable import Server

@Suite("Registrations that go unused expire", .timeLimit(.minutes(5)))
struct RegistrationUsesTests {
    private static let lifetime: Duration = .seconds(90 * 86_400)

    private func attached(_ id: ClientID, _ bench: RegistrationBench) async throws -> AttachedRecord {
        let registration = try #require(try await bench.store.clients.registration(of: id))
        return try #require(registration.registeredClient.attachedRecord)
    }

    private func uses(_ bench: RegistrationBench) -> RegistrationUses {
        RegistrationUses(
            store: bench.store.dynamicRegistrations, lifetime: Self.lifetime, bench.bench.log.runtime(bench.bench.clock)
        )
    }

    @Test("A stranger's client is used when it gets a token; one with a token when it authenticates")
    func used() async throws {
        let bench = try await RegistrationBench(.open)
        let stranger = ClientID(try #require(try await bench.register().id))
        let vouched = ClientID(try #require(try await bench.register(token: try await bench.token()).id))
        let uses = uses(bench)
        func usedAt() async throws -> [ClientID: UnixTime] {
            await uses.write()
            let all = try await bench.store.dynamicRegistrations.all()
            return Dictionary(uniqueKeysWithValues: all.compactMap { one in one.usedAt.map { (one.client, $0) } })
        }
        for id in [stranger, vouched, "web"] {
            uses.recordAuthentication(of: try await attached(id, bench), at: TestClock.start)
        }
        #expect(try await usedAt() == [vouched: TestClock.start])
        let later = TestClock.start + .seconds(1800)
        for id in [stranger, vouched, "web"] { uses.recordToken(for: try await attached(id, bench), at: later) }
        // At most one write an hour for each client.
        #expect(try await usedAt() == [vouched: TestClock.start, stranger: later])
        let muchLater = TestClock.start + .seconds(7200)
        for id in [stranger, vouched] { uses.recordToken(for: try await attached(id, bench), at: muchLater) }
        #expect(try await usedAt() == [vouched: muchLater, stranger: muchLater])
        #expect(
            try await bench.store.dynamicRegistrations.all().allSatisfy { $0.expiresAt == muchLater + Self.lifetime })
    }

    @Test("What went unused is removed, and the log says what")
    func swept() async throws {
        let bench = try await RegistrationBench(.open)
        let unused = try #require(try await bench.register().id)
        let used = ClientID(try #require(try await bench.register().id))
        let uses = uses(bench)
        uses.recordToken(for: try await attached(used, bench), at: TestClock.start)
        await uses.write()
        bench.bench.clock.advance(by: .seconds(86_400 + 60))
        let sweeping = Task { await uses.sweep() }
        await until { bench.bench.log.texts.contains { $0.contains("went unused") && $0.contains(unused) } }
        sweeping.cancel()
        await sweeping.value
        #expect(try await bench.store.clients.registration(of: ClientID(unused)) == nil)
        #expect(try await bench.store.clients.registration(of: used) != nil)
    }

    @Test(
        "A stranger's key set comes from public addresses and is not stored; that of a client with a token is as an operator's"
    )
    func keySets() async throws {
        let bench = try await RegistrationBench(.open)
        let url: ExactString = "https://new.example/jwks"
        bench.reader.answer(url, .received(try KeySetBench.keySet(["k1"]), etag: nil, lifetime: nil))
        let changes: [(String, JSONValue?)] = [("jwks", nil), ("jwks_uri", .string(url))]
        let stranger = ClientID(try #require(try await bench.register(changes).id))
        let vouched = ClientID(try #require(try await bench.register(changes, token: try await bench.token()).id))
        let runtime = bench.bench.log.runtime(bench.bench.clock)
        let store = bench.store.keySets
        let resolver = ClientResolver(
            registered: CachedClientDirectory(store: bench.store.clients, clock: runtime.clock),
            keySets: KeySetCache(
                KeySetRefresher(
                    store: store, reader: bench.reader, grace: .zero, semaphore: FetchSemaphore(.total(4)),
                    runtime: runtime), KeySetSettings()),
            strangersKeySets: .ofStrangers(
                bench.reader, FetchSemaphore(.clientURLs), KeySetSettings(), runtime), documents: nil)
        #expect(try await resolver.client(stranger)?.keys.count == 1)
        #expect(bench.reader.calls.map(\.document) == [.keySetOfClientURL])
        #expect(try await store.record(of: url.text) == nil)
        #expect(try await resolver.client(vouched)?.keys.count == 1)
        #expect(bench.reader.calls.map(\.document) == [.keySetOfClientURL, .keySet])
        #expect(try await store.record(of: url.text) != nil)
    }
}
