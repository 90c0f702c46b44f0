import Countersign
import CountersignJOSE
import Store
import SQLite
import Testing

@testable import Server

/// Key sets over a real store, a clock that is moved by hand, and the other end of all URLs.
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

    /// One node over the store, with nothing in its memory.
    func node(
        store other: (any KeySetStore)? = nil, permits: Int = 64,
        _ change: (inout KeySetSettings) -> Void = { _ in }
    ) -> RemoteKeySets {
        var settings = KeySetSettings()
        change(&settings)
        let (clock, log) = (clock, log)
        return RemoteKeySets(
            store: other ?? store.keySets, reader: reader, settings: settings, permits: FetchPermits(.init(permits)),
            log.runtime(clock))
    }

    /// Registers a client whose keys are at a URL.
    func register(_ url: ExactString = Self.url, as id: String? = nil) async throws {
        try await store.clients.add(
            ClientRecord(id: ClientID(id ?? url.text), name: "", keySetURL: url.text, createdAt: clock.now), keys: [])
    }

    /// Puts a set behind a URL.
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

    /// Waits until a node uses these keys, for as long as the test may take.
    func waitFor(_ keyIDs: [String], in node: RemoteKeySets, at url: ExactString = Self.url) async {
        await until { (try? await node.keyIDs(url)) == keyIDs }
    }

    /// Runs what a node does in the background while `body` runs.
    func inBackground(of node: RemoteKeySets, _ body: () async throws -> Void) async throws {
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

extension RemoteKeySets {
    /// The keys a request would have to choose from, by their `kid`s.
    func keyIDs(_ url: ExactString = KeySetBench.url) async throws(StoreUnavailable) -> [String] {
        try await keys(at: url).map(\.label)
    }

    /// What a request with an unknown `kid` learns: the `kid`s, or why they cannot be known.
    func renewedKeyIDs(_ url: ExactString = KeySetBench.url) async throws(StoreUnavailable) -> Learned {
        switch try await renewed(url) {
        case .keys(let keys): .keys(keys.map(\.label))
        case .unavailable(let reason): .unavailable(reason)
        }
    }

    /// Whether a fetch is under way.
    var isReading: Bool { state.withLock { !$0.works.isEmpty } }

    enum Learned: Equatable {
        case keys([String])
        case unavailable(String)
    }
}

extension ClientKey {
    fileprivate var label: String { jwk.keyID?.text ?? "" }
}
