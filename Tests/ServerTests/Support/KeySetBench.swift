import Countersign
import Store
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import Server

/// Key sets over a real store, a manual clock and a fake reader.
struct KeySetBench {
    static let url: ExactString = "https://client.example/jwks"

    let clock = TestClock()
    let reader = FakeReader()
    let log = RecordedLog()
    let store: SQLiteStore
    private let directory = TemporaryDirectory()

    init() throws {
        let clock = clock
        store = try SQLiteStore(directory: directory.path, clock: { clock.now })
    }

    /// Creates a node over the store, or one that keeps its sets in memory only, with an empty cache.
    func node(
        store other: (any KeySetStore)? = nil, isStored: Bool = true, permits: Int = 64, parses: ParseCounter? = nil,
        _ change: (inout KeySetSettings) -> Void = { _ in }
    ) -> KeySetNode {
        var settings = KeySetSettings()
        change(&settings)
        let store: any KeySetStore = other ?? store.keySets
        let runtime = log.runtime(clock)
        let scheduler = KeySetRefreshScheduler(
            store: store, concurrency: permits - KeySetSettings.fetchesForRequests, runtime)
        var refresher = KeySetRefresher(
            store: isStored ? store : nil, reader: reader, grace: settings.grace,
            semaphore: FetchSemaphore(.total(permits)),
            scheduler: scheduler, runtime: runtime)
        if let parses { refresher.parse = parses.parse }
        return KeySetNode(cache: KeySetCache(refresher, settings), scheduler: scheduler)
    }

    func register(_ url: ExactString = Self.url, as id: String? = nil) async throws {
        try await store.clients.add(
            ClientRecord(id: ClientID(id ?? url.text), name: "", keySetURL: url.text, createdAt: clock.now), keys: [])
    }

    func publish(
        _ keyIDs: [String], at url: ExactString = Self.url, etag: String? = nil, lifetime: Duration? = nil
    ) throws {
        reader.answer(url, .received(try Self.keySet(keyIDs), etag: etag, lifetime: lifetime))
    }

    func breakDown(_ url: ExactString = Self.url, _ reason: String = "its server is down") {
        reader.answer(url, .failed(reason: reason))
    }

    func record(_ url: ExactString = Self.url) async throws -> RemoteKeySetRecord {
        try #require(try await store.keySets.record(of: url.text))
    }

    /// Waits until a node uses these keys; the test's time limit is the timeout.
    func waitFor(_ keyIDs: [String], in node: KeySetNode, at url: ExactString = Self.url) async {
        await until { (try? await node.keyIDs(url)) == keyIDs }
    }

    /// Runs the node's background refreshes while `body` runs.
    func inBackground(of node: KeySetNode, _ body: () async throws -> Void) async throws {
        let running = Task { await node.run(every: .milliseconds(1)) }
        defer { running.cancel() }
        try await body()
    }

    static func keySet(_ keyIDs: [String]) throws -> [UInt8] {
        Array(JWKSet(try keyIDs.map(key)).render().utf8)
    }

    static func key(_ keyID: String) throws -> JWK {
        JWK(
            key: try SigningKey.generate(.es256).verificationKey, keyID: ExactString(keyID), algorithm: .es256,
            use: "sig")
    }
}

/// The key sets of one server: the cache for requests and the background scheduler.
struct KeySetNode: Sendable {
    let cache: KeySetCache
    let scheduler: KeySetRefreshScheduler

    /// Returns the `kid`s that a request would choose from.
    func keyIDs(_ url: ExactString = KeySetBench.url) async throws(StoreUnavailable) -> [String] {
        try await cache.keys(at: url).map(\.label)
    }

    /// Returns the result of an early refresh for an unknown `kid`: the `kid`s, or why they are unavailable.
    func refreshedKeyIDs(_ url: ExactString = KeySetBench.url) async throws(StoreUnavailable) -> Learned {
        switch try await cache.refreshEarly(url, of: RegisteredClient(id: "billing", keys: [])) {
        case .refreshed(let client): .keys(client.keys.map(\.label))
        case .unchanged: .unavailable("unchanged")
        case .unavailable(let reason): .unavailable(reason)
        }
    }

    func run(every tick: Duration) async {
        await scheduler.run(refreshing: cache, every: tick)
    }

    var isReading: Bool { cache.refreshCount > 0 }

    enum Learned: Equatable {
        case keys([String])
        case unavailable(String)
    }
}

final class ParseCounter: Sendable {
    private let calls = Mutex(0)

    var count: Int { calls.withLock { $0 } }

    @Sendable
    func parse(_ body: [UInt8]) throws(KeyError) -> JWKSet {
        calls.withLock { $0 += 1 }
        return try JWKSet(parsingPublished: body)
    }
}

extension ClientKey {
    fileprivate var label: String { jwk.keyID?.text ?? "" }
}
