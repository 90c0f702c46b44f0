import Countersign
import Store
import TestSupport
import Testing

@Suite("Remote key sets")
struct RemoteKeySetTests {
    private static let url = "https://client.example/jwks"

    @Test("A set is read back as saved", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        #expect(try await open.store.keySets.record(of: Self.url) == nil)
        let full = RemoteKeySetRecord(
            url: Self.url, body: [0, 0xFF, 0x7B], etag: "W/\"\0é\"", fetchedAt: UnixTime(milliseconds: 1),
            expiresAt: UnixTime(milliseconds: -2), attemptedAt: UnixTime(milliseconds: 3),
            nextAttemptAt: .distantFuture, failures: 4, problem: "it said\0\n\u{1F600}")
        let empty = RemoteKeySetRecord(
            url: "https://other.example/", attemptedAt: TestClock.start, nextAttemptAt: TestClock.start)
        for record in [full, empty] {
            try await open.store.keySets.save(record)
            #expect(try await open.another().keySets.record(of: record.url) == record)
        }
        #expect(try await open.store.keySets.all() == [full, empty])
    }

    @Test("A later outcome replaces the earlier one entirely", arguments: Engine.all)
    func replaced(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.keySets.save(Samples.keySet(Self.url, body: [1], etag: "a"))
        let later = Samples.keySet(Self.url, body: [], etag: nil, at: TestClock.start + .seconds(1), problem: "503")
        try await store.keySets.save(later)
        #expect(try await store.keySets.record(of: Self.url) == later)
    }

    @Test("A late result of an earlier attempt is ignored", arguments: Engine.all)
    func late(_ engine: Engine) async throws {
        let store = try engine.make().store
        let later = Samples.keySet(Self.url, body: [2], at: TestClock.start + .milliseconds(1))
        try await store.keySets.save(later)
        try await store.keySets.save(Samples.keySet(Self.url, body: [1]))
        #expect(try await store.keySets.record(of: Self.url) == later)
    }

    @Test("URLs are compared as bytes", arguments: Engine.all)
    func bytes(_ engine: Engine) async throws {
        let store = try engine.make().store
        let urls = ["https://a.example/É", "https://a.example/é", "https://a.example/e\u{301}"]
        for (number, url) in urls.enumerated() {
            try await store.keySets.save(Samples.keySet(url, body: [UInt8(number)]))
        }
        for (number, url) in urls.enumerated() {
            #expect(try await store.keySets.record(of: url)?.body == [UInt8(number)])
        }
        #expect(try await store.keySets.all().count == 3)
    }

    @Test("The longest document is kept, a longer one is refused", arguments: Engine.all)
    func bodyLength(_ engine: Engine) async throws {
        let store = try engine.make().store
        let longest = Samples.keySet(Self.url, body: Array(repeating: 0x20, count: 262_144))
        try await store.keySets.save(longest)
        await #expect(throws: StoreError.invalid("A key set must have at most 262144 bytes, not 262145")) {
            try await store.keySets.save(Samples.keySet(Self.url, body: Array(repeating: 0x20, count: 262_145)))
        }
        #expect(try await store.keySets.record(of: Self.url) == longest)
    }

    @Test(
        "A URL that is empty, too long or has control characters is refused, here and in a registration",
        arguments: Engine.all,
        ["", String(repeating: "a", count: 2049), "https://a.example/\0", "https://a.example/\n"])
    func invalid(_ engine: Engine, _ url: String) async throws {
        let store = try engine.make().store
        let error = StoreError.invalid("The URL of a key set must have 1 to 2048 bytes and no control characters")
        await #expect(throws: error) { try await store.keySets.save(Samples.keySet(url)) }
        await #expect(throws: error) {
            try await store.keySets.claimRefresh(of: url, for: .due, at: TestClock.start, lease: .seconds(1))
        }
        await #expect(throws: error) { try await store.clients.add(Samples.client(keySetURL: url), keys: []) }
        #expect(try await store.keySets.record(of: url) == nil)
        #expect(try await store.keySets.all().isEmpty)
    }

    @Test("A URL of 2048 bytes is kept", arguments: Engine.all)
    func longestURL(_ engine: Engine) async throws {
        let store = try engine.make().store
        let url = String(repeating: "a", count: 2048)
        try await store.clients.add(Samples.client(keySetURL: url), keys: [])
        try await store.keySets.save(Samples.keySet(url))
        #expect(try await store.keySets.urlsInUse(after: nil, limit: 2) == [url])
    }

    @Test("The latest fetches of a set are its history, and go with it", arguments: Engine.all)
    func history(_ engine: Engine) async throws {
        let store = try engine.make().store
        func fetch(_ second: Int, _ outcome: KeySetFetch.Outcome) -> KeySetFetch {
            KeySetFetch(at: TestClock.start + .seconds(second), duration: .milliseconds(12), outcome: outcome)
        }
        let outcomes: [KeySetFetch.Outcome] = [
            .received(keys: 2, refused: 1, isChanged: true), .notModified, .failed(problem: "it said\0\u{1F600}"),
        ]
        let record = Samples.keySet(Self.url)
        for (second, outcome) in outcomes.enumerated() { try await store.keySets.save(record, fetch(second, outcome)) }
        try await store.keySets.save(record)
        #expect(
            try await store.keySets.fetches(of: Self.url)
                == outcomes.enumerated().map { fetch($0.offset, $0.element) }.reversed())
        for second in 3..<100 { try await store.keySets.save(record, fetch(second, .notModified)) }
        let kept = try await store.keySets.fetches(of: Self.url)
        #expect(kept.map(\.at) == (70..<100).reversed().map { fetch($0, .notModified).at })
        #expect(try await store.keySets.fetches(of: "https://other.example/") == [])
        while try await store.keySets.removeUnused(attemptedBefore: .distantFuture) {}
        #expect(try await store.keySets.fetches(of: Self.url) == [])
    }

    @Test("A problem of any length is cut in the history")
    func longProblem() {
        let fetch = KeySetFetch(
            at: TestClock.start, duration: .zero, outcome: .failed(problem: String(repeating: "é", count: 9000)))
        #expect(fetch.outcome == .failed(problem: String(repeating: "é", count: 500)))
    }
}
