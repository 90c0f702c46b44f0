import Countersign
import Store
import TestSupport
import Testing

@Suite("Cached clients")
struct CachedClientDirectoryTests {
    private static let billing = ClientID("billing")
    private let clock = TestClock()

    private func directory(_ clients: CountedClients, capacity: Int = 5000) -> CachedClientDirectory {
        let clock = clock
        return CachedClientDirectory(store: clients, timeout: .seconds(10), capacity: capacity, clock: { clock.now })
    }

    @Test("A client is read once, and again after the cache timeout")
    func timeout() async throws {
        let clients = CountedClients(Samples.client())
        let directory = directory(clients)
        for _ in 0..<3 { #expect(try await directory.client(Self.billing)?.id == Self.billing) }
        var expected = Samples.client()
        expected.registrationOrigin = .operator
        #expect(try await directory.client(Self.billing).flatMap(\.attachedRecord)?.record == expected)
        #expect(clients.reads == 1)
        clock.advance(by: .milliseconds(9_999))
        _ = try await directory.client(Self.billing)
        #expect(clients.reads == 1)
        clock.advance(by: .milliseconds(1))
        _ = try await directory.client(Self.billing)
        #expect(clients.reads == 2)
    }

    @Test("A clock set back does not prolong cache entries")
    func clockSetBack() async throws {
        let clients = CountedClients(Samples.client())
        let directory = directory(clients)
        _ = try await directory.client(Self.billing)
        clock.advance(by: .seconds(-3600))
        _ = try await directory.client(Self.billing)
        #expect(clients.reads == 2)
    }

    @Test("Unknown clients are not cached")
    func unknown() async throws {
        let clients = CountedClients()
        let directory = directory(clients)
        #expect(try await directory.client(Self.billing) == nil)
        clients.set(Samples.client())
        #expect(try await directory.client(Self.billing) != nil)
    }

    @Test("An invalid identifier is not looked up in the store")
    func unregistrable() async throws {
        let clients = CountedClients()
        let directory = directory(clients)
        for id in ["", "a\0", String(repeating: "a", count: 256)] {
            #expect(try await directory.client(ClientID(id)) == nil)
        }
        #expect(clients.reads == 0)
    }

    @Test("An invalidation takes effect at once")
    func invalidation() async throws {
        let clients = CountedClients(Samples.client())
        let directory = directory(clients)
        _ = try await directory.client(Self.billing)
        var disabled = Samples.client()
        disabled.isEnabled = false
        clients.set(disabled)
        directory.invalidateAll()
        #expect(try await directory.client(Self.billing)?.isEnabled == false)
    }

    @Test("A client being read during an invalidation is not cached", .timeLimit(.minutes(5)))
    func invalidationDuringRead() async throws {
        let clients = CountedClients(Samples.client())
        let directory = directory(clients)
        clients.hold()
        async let early = directory.client(Self.billing)
        await clients.waitForReaders(1)
        var disabled = Samples.client()
        disabled.isEnabled = false
        clients.set(disabled)
        directory.invalidateAll()
        // A new request does not join the read that began before the invalidation.
        async let late = directory.client(Self.billing)
        await clients.waitForReaders(2)
        clients.letGo()
        #expect(try await early?.isEnabled == true)
        #expect(try await late?.isEnabled == false)
        #expect(try await directory.client(Self.billing)?.isEnabled == false)
        #expect(clients.reads == 2)
    }

    @Test("Concurrent cache misses share one read", .timeLimit(.minutes(5)))
    func sharedRead() async throws {
        let clients = CountedClients(Samples.client())
        let directory = directory(clients)
        clients.hold()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 { group.addTask { try await directory.client(Self.billing) != nil } }
            await clients.waitForReaders(1)
            clients.letGo()
            for try await isFound in group { #expect(isFound) }
        }
        #expect(clients.reads < 64)
    }

    @Test("An unavailable store is reported as such, and retried on the next request")
    func unavailable() async throws {
        let clients = CountedClients(Samples.client())
        let directory = directory(clients)
        clients.fail(with: .unavailable("the disk is full"))
        await #expect(throws: StoreUnavailable("the disk is full")) { try await directory.client(Self.billing) }
        clients.fail(with: nil)
        #expect(try await directory.client(Self.billing) != nil)
    }

    @Test("Clients beyond the capacity evict each other and are still found")
    func capacity() async throws {
        let clients = CountedClients()
        for number in 0..<100 { clients.set(Samples.client("\(number)")) }
        let directory = directory(clients, capacity: 10)
        for _ in 0..<2 {
            for number in 0..<100 {
                #expect(try await directory.client(ClientID("\(number)"))?.id == ClientID("\(number)"))
            }
        }
        #expect(clients.reads == 200)
    }
}
