import Countersign
import Store
import TestSupport
import Testing

@Suite("A key's status")
struct KeyStatusTests {
    private static let billing = ClientID("billing")
    private static let end = UnixTime(milliseconds: 1_800_000_000_123)

    private static func client(
        _ engine: Engine, _ status: KeyAvailability
    ) async throws -> (store: any Store, number: Int64) {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [try Samples.key("1", status: status)])
        return (store, try #require(try await store.clients.registration(of: billing)?.keys.first?.number))
    }

    private static func status(_ store: any Store) async throws -> KeyAvailability? {
        try await store.clients.registration(of: billing)?.keys.first?.status
    }

    @Test(
        "A key is read back with the status it was registered with", arguments: Engine.all,
        [KeyAvailability.active, .retiring(until: end), .revoked(since: end)])
    func roundTrip(_ engine: Engine, _ status: KeyAvailability) async throws {
        #expect(try await Self.status(try await Self.client(engine, status).store) == status)
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [])
        try await store.clientKeys.add(try Samples.key(status: status), to: Self.billing)
        #expect(try await Self.status(store) == status)
    }

    @Test(
        "A key that is not revoked can be given any status", arguments: Engine.all,
        [KeyAvailability.active, .retiring(until: end)])
    func change(_ engine: Engine, _ before: KeyAvailability) async throws {
        for after in [KeyAvailability.active, .retiring(until: TestClock.start), .revoked(since: TestClock.start)] {
            let (store, number) = try await Self.client(engine, before)
            try await store.clientKeys.setStatus(after, number: number, of: Self.billing)
            #expect(try await Self.status(store) == after)
        }
    }

    @Test("A revoked key stays revoked", arguments: Engine.all, [KeyAvailability.active, .retiring(until: end)])
    func forGood(_ engine: Engine, _ status: KeyAvailability) async throws {
        let (store, number) = try await Self.client(engine, .revoked(since: Self.end))
        let sentence =
            "Key \(number) of client 'billing' was revoked, which is final; to use it again, remove it and register it again"
        await #expect(throws: StoreError.invalid(sentence)) {
            try await store.clientKeys.setStatus(status, number: number, of: Self.billing)
        }
        #expect(try await Self.status(store) == .revoked(since: Self.end))
    }

    @Test("Revoking a revoked key keeps the time of the first revocation", arguments: Engine.all)
    func twice(_ engine: Engine) async throws {
        let (store, number) = try await Self.client(engine, .revoked(since: Self.end))
        try await store.clientKeys.setStatus(.revoked(since: Self.end + .seconds(1)), number: number, of: Self.billing)
        #expect(try await Self.status(store) == .revoked(since: Self.end))
    }

    @Test("A key of another client or of an unknown client is not found", arguments: Engine.all)
    func notFound(_ engine: Engine) async throws {
        let (store, number) = try await Self.client(engine, .active)
        await #expect(throws: StoreError.notFound("Client 'other'")) {
            try await store.clientKeys.setStatus(.active, number: number, of: ClientID("other"))
        }
        try await store.clients.add(Samples.client("other"), keys: [])
        await #expect(throws: StoreError.notFound("Key \(number) of client 'other'")) {
            try await store.clientKeys.setStatus(.revoked(since: Self.end), number: number, of: ClientID("other"))
        }
        #expect(try await Self.status(store) == .active)
    }
}
