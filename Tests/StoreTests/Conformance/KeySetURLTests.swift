import Countersign
import Store
import TestSupport
import Testing

@Suite("Key sets in use")
struct KeySetURLTests {
    @Test("URLs in use are listed once each, page by page, ordered by bytes", arguments: Engine.all)
    func pages(_ engine: Engine) async throws {
        let store = try engine.make().store
        for (id, url) in ["1": "b", "2": "ä", "3": "a", "4": "B", "5": "b", "6": "aa", "7": "b"] {
            try await store.clients.add(Samples.client(id, keySetURL: url), keys: [])
        }
        try await store.clients.add(Samples.client("without"), keys: [])
        for limit in 1...6 {
            var listed: [String] = []
            while true {
                let page = try await store.keySets.urlsInUse(after: listed.last, limit: limit)
                guard !page.isEmpty else { break }
                #expect(page.count <= limit)
                listed += page
            }
            #expect(listed == ["B", "a", "aa", "b", "ä"], "\(limit)")
        }
    }

    @Test("A URL whose clients are all disabled or have their own keys is not in use", arguments: Engine.all)
    func inForce(_ engine: Engine) async throws {
        let store = try engine.make().store
        let revoked = KeyAvailability.revoked(since: TestClock.start)
        try await store.clients.add(Samples.client("disabled", keySetURL: "disabled"), keys: [])
        try await store.clients.setEnabled(false, ClientID("disabled"), at: TestClock.start)
        try await store.clients.add(
            Samples.client("revoked", keySetURL: "own"), keys: [try Samples.key(status: revoked)])
        try await store.clients.add(Samples.client("own", keySetURL: "shared"), keys: [try Samples.key()])
        try await store.clients.add(Samples.client("none", keySetURL: "shared"), keys: [])
        #expect(try await store.keySets.urlsInUse(after: nil, limit: 10) == ["shared"])

        try await store.clients.setEnabled(true, ClientID("disabled"), at: TestClock.start)
        try await store.clients.replace(Samples.client("revoked", keySetURL: "own"), keys: [])
        try await store.clients.replace(Samples.client("none"))
        #expect(try await store.keySets.urlsInUse(after: nil, limit: 10) == ["disabled", "own"])
    }

    @Test("Unreferenced key sets are removed in small steps, unless recently attempted", arguments: Engine.all)
    func unused(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client("uses", keySetURL: "used"), keys: [])
        try await store.clients.add(Samples.client("own", keySetURL: "not in force"), keys: [try Samples.key()])
        try await store.clients.add(Samples.client("disabled", keySetURL: "disabled"), keys: [])
        try await store.clients.setEnabled(false, ClientID("disabled"), at: TestClock.start)
        let kept = ["disabled", "not in force", "recent", "used"]
        for url in kept + (0..<250).map({ "unused \($0)" }) {
            try await store.keySets.save(Samples.keySet(url, at: TestClock.start - .seconds(url == "recent" ? 0 : 1)))
        }
        #expect(try await store.keySets.removeUnused(attemptedBefore: TestClock.start))
        let left = try await store.keySets.all().count - kept.count
        #expect((1..<250).contains(left), "one step removes a part")
        while try await store.keySets.removeUnused(attemptedBefore: TestClock.start) {}
        #expect(try await store.keySets.all().map(\.url) == kept)
    }
}
