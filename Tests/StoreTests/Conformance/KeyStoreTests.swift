import Countersign
import Store
import TestSupport
import Testing

@Suite("The key store")
struct KeyStoreTests {
    @Test("An entry is read back as stored, alone and in the list", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        let entry = try Samples.keyStoreEntry("legacy ERP")
        #expect(try await open.store.keyStore.put([entry], replaces: false) == [.added])
        let listed = try await open.store.keyStore.entries()
        let found = try #require(try await open.another().keyStore.entry(entry.alias))
        #expect(listed.count == 1)
        for found in listed + [found] {
            #expect(found.alias == entry.alias)
            #expect(found.certificate == entry.certificate)
            #expect(found.jwk.object == entry.jwk.object)
            #expect(found.addedAt == entry.addedAt)
        }
        #expect(try await open.store.keyStore.entry("other") == nil)
    }

    @Test("Aliases are compared, and listed, as bytes", arguments: Engine.all)
    func bytes(_ engine: Engine) async throws {
        let store = try engine.make().store
        let aliases: [ExactString] = ["é", "e\u{301}", "Billing", "billing", "billing "]
        for (number, alias) in aliases.enumerated() {
            let entry = try Samples.keyStoreEntry(alias, certificate: UInt8(number))
            #expect(try await store.keyStore.put([entry], replaces: false) == [.added])
        }
        for (number, alias) in aliases.enumerated() {
            #expect(try await store.keyStore.entry(alias)?.certificate.der == [UInt8(number)])
        }
        for alias: ExactString in ["BILLING", "billing\0", "", " billing"] {
            #expect(try await store.keyStore.entry(alias) == nil, "\(alias)")
        }
        let listed = try await store.keyStore.entries().map(\.alias)
        #expect(listed == ["Billing", "billing", "billing ", "e\u{301}", "é"])
    }

    @Test("Storing reports for each entry whether it was added, unchanged or replaced", arguments: Engine.all)
    func outcomes(_ engine: Engine) async throws {
        let store = try engine.make().store
        let first = [try Samples.keyStoreEntry("a", certificate: 1), try Samples.keyStoreEntry("b", certificate: 2)]
        #expect(try await store.keyStore.put(first, replaces: false) == [.added, .added])

        let later = TestClock.start + .seconds(60)
        let second = [
            try Samples.keyStoreEntry("b", certificate: 2, at: later),
            try Samples.keyStoreEntry("c", certificate: 3, at: later),
            try Samples.keyStoreEntry("a", certificate: 4, at: later),
            try Samples.keyStoreEntry("a", certificate: 4, at: later),
        ]
        #expect(try await store.keyStore.put(second, replaces: true) == [.unchanged, .added, .replaced, .unchanged])
        let entries = try await store.keyStore.entries()
        #expect(entries.map(\.certificate.der) == [[4], [2], [3]])
        #expect(entries.map(\.addedAt) == [later, TestClock.start, later])
        #expect(entries.first?.jwk.object == second[2].jwk.object)
        #expect(try await store.keyStore.put([], replaces: true) == [])
    }

    @Test("An existing alias with another certificate is a conflict, and nothing is stored", arguments: Engine.all)
    func conflict(_ engine: Engine) async throws {
        let store = try engine.make().store
        _ = try await store.keyStore.put([try Samples.keyStoreEntry("a", certificate: 1)], replaces: false)
        let entries = [
            try Samples.keyStoreEntry("before", certificate: 2), try Samples.keyStoreEntry("a", certificate: 3),
            try Samples.keyStoreEntry("after", certificate: 4),
        ]
        await #expect(throws: StoreError.conflict("A key store entry 'a' with another certificate")) {
            try await store.keyStore.put(entries, replaces: false)
        }
        let kept = try await store.keyStore.entries()
        #expect(kept.map(\.alias) == ["a"])
        #expect(kept.map(\.certificate.der) == [[1]])
    }

    @Test(
        "An alias that is not a valid client identifier is refused, and nothing is stored", arguments: Engine.all,
        ["", "a\0", "bill\ning", String(repeating: "a", count: 256)])
    func invalid(_ engine: Engine, _ alias: String) async throws {
        let store = try engine.make().store
        let entries = [try Samples.keyStoreEntry("fine"), try Samples.keyStoreEntry(ExactString(alias))]
        await #expect(throws: StoreError.invalid("An alias must have 1 to 255 bytes and no control characters")) {
            try await store.keyStore.put(entries, replaces: false)
        }
        #expect(try await store.keyStore.entries().isEmpty)
    }

    @Test("Removing an entry twice is an error", arguments: Engine.all)
    func remove(_ engine: Engine) async throws {
        let store = try engine.make().store
        let entries = [try Samples.keyStoreEntry("é"), try Samples.keyStoreEntry("e\u{301}")]
        _ = try await store.keyStore.put(entries, replaces: false)
        try await store.keyStore.remove("é")
        #expect(try await store.keyStore.entries().map(\.alias) == ["e\u{301}"])
        await #expect(throws: StoreError.notFound("The key store entry 'é'")) { try await store.keyStore.remove("é") }
    }
}
