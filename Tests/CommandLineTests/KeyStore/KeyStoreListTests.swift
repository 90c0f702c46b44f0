import SQLite
import Store
import TestSupport
import Testing

@testable import Administration
@testable import CLI

@Suite("The list of the key store")
struct KeyStoreListTests {
    @Test("has the first entries up to a limit, of as many pages of the store as it takes, and their number")
    func limits() async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path)
        _ = try await store.keyStore.put((10_000..<12_100).map { Samples.entry("entry-\($0)") }, replaces: false)
        let aliases = (10_000..<12_100).map { "entry-\($0)" }
        func found(_ limit: Int, _ text: String = "") async throws -> FoundPage<KeyStoreEntryDetails> {
            var filter = KeyStoreFilter()
            filter.text = text
            return try await KeyStoreAdministration(store).entries(filter, limit: limit, at: Samples.now)
        }
        for limit in [1, 1000, 1500, 2099, 2100, 2101, .max] {
            let found = try await found(limit)
            #expect(found.items.map(\.entry.alias.text) == Array(aliases.prefix(limit)))
            #expect(found.hasNext == (limit < 2100) && found.count == FoundCount(2100), "\(limit)")
        }
        let searched = try await found(1500, "ENTRY")
        #expect(searched.items.count == 1500 && searched.hasNext && searched.count == FoundCount(1000, hasMore: true))
        let none = try await found(10, "other")
        #expect(none.items.isEmpty && !none.hasNext && none.count == FoundCount(0))
        await store.close()
    }

    @Test(
        "says how many entries are left",
        arguments: [
            (FoundCount(10_000), 40, "9960 more entries: raise --limit, or leave it out."),
            (FoundCount(41), 40, "1 more entry: raise --limit, or leave it out."),
            (FoundCount(1000, hasMore: true), 40, "At least 960 more entries: raise --limit, or leave it out."),
            (FoundCount(1000, hasMore: true), 1000, "There are more entries: raise --limit, or leave it out."),
        ])
    func rest(_ count: FoundCount, _ shown: Int, _ expected: String) {
        #expect(KeyStoreList.rest(of: count, shown: shown) == expected)
    }
}
