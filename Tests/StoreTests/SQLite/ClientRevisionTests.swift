import Countersign
import Store
import TestSupport
import Testing

@testable import SQLite

/// A change, and whether it must invalidate cached clients.
struct RevisionCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let counts: Bool
    let change: @Sendable (SQLiteStore) async throws -> Void

    private static let id = ClientID("billing")

    static let all = [
        RevisionCase(testDescription: "a key retires", counts: true) {
            let number = try #require(try await $0.clients.registration(of: id)?.keys.first?.number)
            try await $0.clientKeys.setStatus(.retiring(until: TestClock.start), number: number, of: id)
        },
        RevisionCase(testDescription: "a key store entry is added", counts: true) {
            _ = try await $0.keyStore.put([try Samples.keyStoreEntry("new")], replaces: false)
        },
        RevisionCase(testDescription: "a key store entry is replaced", counts: true) {
            _ = try await $0.keyStore.put([try Samples.keyStoreEntry("known", certificate: 2)], replaces: true)
        },
        RevisionCase(testDescription: "a key store entry is removed", counts: true) {
            try await $0.keyStore.remove("known")
        },
        RevisionCase(testDescription: "an unchanged key store entry is stored again", counts: false) {
            _ = try await $0.keyStore.put([try Samples.keyStoreEntry("known", certificate: 1)], replaces: true)
        },
        RevisionCase(testDescription: "a key store entry is recognised as one of Java's", counts: true) {
            _ = try await $0.keyStore.put(
                [try Samples.keyStoreEntry("known", certificate: 1, isFromJava: true)], replaces: false)
        },
        RevisionCase(testDescription: "a client that differs in case is registered", counts: true) {
            try await $0.clients.add(Samples.client("Billing"), keys: [])
        },
        RevisionCase(testDescription: "a key set is claimed and saved", counts: false) {
            #expect(
                try await $0.keySets.claimRefresh(of: "url", for: .due, at: TestClock.start, lease: .seconds(1)) != nil)
            try await $0.keySets.save(Samples.keySet("url", body: [1]))
        },
        RevisionCase(testDescription: "unused key sets are removed", counts: false) {
            try await $0.keySets.save(Samples.keySet("url"))
            #expect(try await $0.keySets.removeUnused(attemptedBefore: .distantFuture))
        },
        RevisionCase(testDescription: "keys are used", counts: false) {
            try await $0.keyUses.record([KeyUse(client: id, thumbprint: "a", at: TestClock.start)])
        },
    ]
}

@Suite("SQLite: the revision of clients")
struct ClientRevisionTests {
    @Test("It increases with changes that affect a client's keys, and with no others", arguments: RevisionCase.all)
    func counts(_ example: RevisionCase) async throws {
        let bench = try SQLiteBench()
        try await bench.store.clients.add(Samples.client(), keys: [try Samples.key()])
        _ = try await bench.store.keyStore.put([try Samples.keyStoreEntry("known", certificate: 1)], replaces: false)
        let before = try await bench.store.clients.revision()
        try await example.change(bench.store)
        #expect(try await (bench.store.clients.revision() > before) == example.counts)
    }
}
