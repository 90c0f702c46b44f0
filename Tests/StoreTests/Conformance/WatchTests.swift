import Countersign
import Store
import Testing

@Suite("Changes of clients are noticed")
struct WatchTests {
    /// A watch whose calls can be waited for.
    private static func watch(_ store: any Store) -> (calls: AsyncStream<Void>, task: Task<Void, Never>) {
        let (calls, continuation) = AsyncStream<Void>.makeStream()
        return (calls, Task { await store.watchClients { continuation.yield() } })
    }

    @Test(
        "A watch begins with a call, so that nothing read before it is kept", .timeLimit(.minutes(5)),
        arguments: Engine.all)
    func first(_ engine: Engine) async throws {
        let open = try engine.make()
        let watch = Self.watch(open.store)
        var calls = watch.calls.makeAsyncIterator()
        #expect(await calls.next() != nil)
        watch.task.cancel()
        await watch.task.value
    }

    @Test("A change by another process is noticed", .timeLimit(.minutes(5)), arguments: Engine.all)
    func elsewhere(_ engine: Engine) async throws {
        let open = try engine.make()
        let other = try open.another()
        let watch = Self.watch(open.store)
        var calls = watch.calls.makeAsyncIterator()
        _ = await calls.next()
        let id = ClientID("billing")
        let key = try Samples.key()
        let entry = try Samples.keyStoreEntry("billing")
        let changes: [@Sendable () async throws -> Void] = [
            { try await other.add(Samples.client(), keys: []) },
            { try await other.add(key, to: id) },
            {
                let number = try #require(try await other.registration(of: id)?.keys.first?.number)
                try await other.setKeyStatus(.revoked(since: TestClock.start), number: number, of: id)
            },
            { _ = try await other.put([entry], replaces: false) },
            { try await other.removeEntry("billing") },
            { try await other.setEnabled(false, id, at: TestClock.start) },
            { try await other.update(Samples.client(), keys: []) },
            { try await other.remove(id) },
        ]
        for change in changes {
            try await change()
            #expect(await calls.next() != nil)
        }
        watch.task.cancel()
        await watch.task.value
    }

    @Test(
        "A change through the same store has been told when the change returns", .timeLimit(.minutes(5)),
        arguments: Engine.all)
    func here(_ engine: Engine) async throws {
        let open = try engine.make()
        try await open.store.add(Samples.client(), keys: [])
        let directory = CachedClientDirectory(store: open.store, timeout: .seconds(3600), clock: { open.clock.now })
        let (started, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            await open.store.watchClients {
                directory.invalidateAll()
                start.yield()
            }
        }
        for await _ in started { break }
        for isEnabled in [false, true, false] {
            try await open.store.setEnabled(isEnabled, ClientID("billing"), at: TestClock.start)
            #expect(try await directory.client(ClientID("billing"))?.isEnabled == isEnabled)
        }
        task.cancel()
        await task.value
    }
}
