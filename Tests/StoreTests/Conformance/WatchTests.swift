import Countersign
import Store
import TestSupport
import Testing

@Suite("Watching clients for changes")
struct WatchTests {
    /// Starts a watch whose calls can be awaited.
    private static func watch(_ store: any Store) -> (calls: AsyncStream<Void>, task: Task<Void, Never>) {
        let (calls, continuation) = AsyncStream<Void>.makeStream()
        return (calls, Task { await store.clients.watch { continuation.yield() } })
    }

    @Test(
        "A watch begins with a call, so that caches drop entries read before it", .timeLimit(.minutes(5)),
        arguments: Engine.all)
    func first(_ engine: Engine) async throws {
        let open = try engine.make()
        let watch = Self.watch(open.store)
        var calls = watch.calls.makeAsyncIterator()
        #expect(await calls.next() != nil)
        watch.task.cancel()
        await watch.task.value
    }

    @Test("A change by another process is reported", .timeLimit(.minutes(5)), arguments: Engine.all)
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
            { try await other.clients.add(Samples.client(), keys: []) },
            { try await other.clientKeys.add(key, to: id) },
            {
                let number = try #require(try await other.clients.registration(of: id)?.keys.first?.number)
                try await other.clientKeys.setStatus(.revoked(since: TestClock.start), number: number, of: id)
            },
            { _ = try await other.keyStore.put([entry], replaces: false) },
            { try await other.keyStore.remove("billing") },
            { try await other.clients.setEnabled(false, id, at: TestClock.start) },
            { try await other.clients.replace(Samples.client(), keys: []) },
            { try await other.clients.remove(id) },
        ]
        for change in changes {
            try await change()
            #expect(await calls.next() != nil)
        }
        watch.task.cancel()
        await watch.task.value
    }

    @Test(
        "A change through the same store is reported before the change returns", .timeLimit(.minutes(5)),
        arguments: Engine.all)
    func here(_ engine: Engine) async throws {
        let open = try engine.make()
        try await open.store.clients.add(Samples.client(), keys: [])
        let directory = CachedClientDirectory(
            store: open.store.clients, timeout: .seconds(3600), clock: { open.clock.now })
        let (started, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            await open.store.clients.watch {
                directory.invalidateAll()
                start.yield()
            }
        }
        for await _ in started { break }
        for isEnabled in [false, true, false] {
            try await open.store.clients.setEnabled(isEnabled, ClientID("billing"), at: TestClock.start)
            #expect(try await directory.client(ClientID("billing"))?.isEnabled == isEnabled)
        }
        task.cancel()
        await task.value
    }
}
