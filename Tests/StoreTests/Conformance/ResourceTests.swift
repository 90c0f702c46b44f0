import Countersign
import Store
import TestSupport
import Testing

@Suite("RFC 8707: registered resources")
struct ResourceTests {
    private static let api = ResourceRecord(
        uri: "https://api.example/v1?a=b", name: "Œuvres", scopes: ["a", "b:c"], accessTokenFormat: .opaque,
        accessTokenLifetime: .milliseconds(1500), createdAt: TestClock.start)

    @Test("Resources are listed by URI as they were added and changed", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        var plain = ResourceRecord(uri: "urn:example:b", createdAt: TestClock.start)
        for resource in [plain, Self.api] { try await open.store.resources.add(resource) }
        #expect(try await open.store.resources.all() == [Self.api, plain])
        await #expect(throws: StoreError.conflict("A resource 'urn:example:b'")) {
            try await open.store.resources.add(plain)
        }
        plain.name = "B"
        plain.scopes = ["x"]
        plain.accessTokenFormat = .jwt
        plain.accessTokenLifetime = .seconds(60)
        let after = try await open.store.resources.change(plain.uri) { [plain] in $0 = plain }
        #expect(after == plain)
        #expect(try await open.reopened().resources.all() == [Self.api, plain])
    }

    @Test("A resource is removed, and one that does not exist is not found", arguments: Engine.all)
    func removed(_ engine: Engine) async throws {
        let resources = try engine.make().store.resources
        try await resources.add(Self.api)
        try await resources.remove(Self.api.uri)
        #expect(try await resources.all() == [])
        let missing = StoreError.notFound("The resource '\(Self.api.uri)'")
        await #expect(throws: missing) { try await resources.remove(Self.api.uri) }
        await #expect(throws: missing) { try await resources.change(Self.api.uri) { $0.name = "x" } }
        await #expect(throws: StoreError.notFound("The resource 'a:b\0'")) {
            try await resources.change("a:b\0") { _ in }
        }
    }

    @Test("A resource is found by its exact URI, or by a part of its URI or name", arguments: Engine.all)
    func found(_ engine: Engine) async throws {
        let resources = try engine.make().store.resources
        let plain = ResourceRecord(uri: "urn:Example:b_", name: "100%", createdAt: TestClock.start)
        for resource in [plain, Self.api] { try await resources.add(resource) }
        #expect(try await resources.resource(plain.uri) == plain)
        for uri in ["urn:example:b_", "urn:Example:b", "", "a:b\0"] {
            #expect(try await resources.resource(uri) == nil)
        }
        let examples: [(String, [ResourceRecord])] = [
            ("", [Self.api, plain]), ("EXAMPLE", [Self.api, plain]), ("uvres", [Self.api]), ("B_", [plain]),
            ("%", [plain]), ("_", [plain]), ("\\", []), ("a=b", [Self.api]), ("v1Œ", []), ("\0", []),
        ]
        for (text, expected) in examples {
            let page = try await resources.search(text, at: .first, limit: 10)
            #expect(page.items == expected && page.count == FoundCount(expected.count), "\(text)")
        }
    }

    @Test(
        "Each resource is on one page, forward and backward, with and without a text", arguments: Engine.all,
        ["", "API"])
    func pages(_ engine: Engine, _ text: String) async throws {
        let store = try engine.make().store
        let uris = (1...25).map { "https://api.example/\(100 + $0)" }
        for uri in uris { try await store.resources.add(ResourceRecord(uri: uri, createdAt: TestClock.start)) }
        let other = ResourceRecord(uri: "https://api.example/0", createdAt: TestClock.start)
        try await store.issuer(IssuerNumber(rawValue: 2)).resources.add(other)
        var (position, seen): (PagePosition, [String]) = (.first, [])
        while true {
            let page = try await store.resources.search(text, at: position, limit: 10)
            #expect(page.count == FoundCount(25) && page.hasPrevious == !seen.isEmpty)
            seen += page.items.map(\.uri)
            guard page.hasNext, let last = seen.last else { break }
            position = .after(last)
        }
        #expect(seen == uris)
        let back = try await store.resources.search(text, at: .before(uris[20]), limit: 10)
        #expect(back.items.map(\.uri) == Array(uris[10..<20]) && back.hasPrevious && back.hasNext)
    }

    @Test("A change that cannot be stored changes nothing", arguments: Engine.all)
    func refused(_ engine: Engine) async throws {
        let resources = try engine.make().store.resources
        try await resources.add(Self.api)
        await #expect(throws: StoreError.invalid("The name contains a NUL character")) {
            try await resources.change(Self.api.uri) {
                $0.scopes = []
                $0.name = "a\0b"
            }
        }
        let other = ResourceRecord(uri: "https://other.example", createdAt: TestClock.start)
        try await resources.add(other)
        await #expect(throws: StoreError.invalid("The URI of a resource cannot change")) {
            try await resources.change(Self.api.uri) {
                $0 = ResourceRecord(uri: other.uri, name: "Taken", createdAt: TestClock.start)
            }
        }
        #expect(try await resources.all() == [Self.api, other])
    }

    @Test("Each change counts as a change of clients", arguments: Engine.all)
    func revision(_ engine: Engine) async throws {
        let store = try engine.make().store
        let changes: [@Sendable () async throws -> Void] = [
            { try await store.resources.add(Self.api) },
            { _ = try await store.resources.change(Self.api.uri) { $0.name = "B" } },
            { try await store.resources.remove(Self.api.uri) },
        ]
        for change in changes {
            let before = try await store.clients.revision()
            try await change()
            #expect(try await store.clients.revision() > before)
        }
    }

    @Test(
        "A resource must be an absolute URI without a fragment",
        arguments: [
            "", "api", "/api", "https:", ":a", "1a:b", "https://api.example/#", "https://api.example/a b",
            "https://bücher.example", "https://api.example/\n", "a:" + String(repeating: "b", count: 2047),
        ])
    func invalid(_ uri: String) async throws {
        let resources = try Engine.sqlite.make().store.resources
        #expect(!ResourceRecord.isResource(uri))
        await #expect(throws: StoreError.self) {
            try await resources.add(ResourceRecord(uri: uri, createdAt: TestClock.start))
        }
        #expect(try await resources.all() == [])
    }
}
