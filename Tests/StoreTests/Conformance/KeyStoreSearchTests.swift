import Countersign
import Store
import TestSupport
import Testing

@Suite("The search of the key store")
struct KeyStoreSearchTests {
    private static let now = TestClock.start

    private static func entry(
        _ alias: String, ends seconds: Int64 = 4_000_000_000, subject: String = "CN=sample", thumbprint: String = "",
        isFromJava: Bool = false
    ) throws -> KeyStoreEntry {
        let sample = try Samples.keyStoreEntry(ExactString(alias), isFromJava: isFromJava)
        let facts = CertificateFacts(
            subject: subject, notBefore: TestClock.start, notAfter: UnixTime(seconds: seconds), thumbprintSHA1: "",
            thumbprintSHA256: ExactString(thumbprint))
        return KeyStoreEntry(
            alias: sample.alias, certificate: KeyCertificate(der: [1], facts: facts), jwk: sample.jwk,
            isFromJava: isFromJava, addedAt: sample.addedAt)
    }

    private func found(
        _ store: any Store, at now: UnixTime = now, _ change: (inout KeyStoreFilter) -> Void
    ) async throws -> [String] {
        var filter = KeyStoreFilter()
        change(&filter)
        let page = try await store.keyStore.search(filter, at: .first, limit: 100, now: now)
        #expect(page.count == FoundCount(page.items.count))
        return page.items.map(\.alias.text)
    }

    @Test(
        "A text is found in the alias, the subject or the fingerprint, in any case", arguments: Engine.all,
        [
            ("BILL", ["billing"]), ("o=ÄRGER", ["shop"]), ("ab:CD:ef", ["shop"]), ("%", ["50%"]), ("_", []),
            ("\u{202E}", ["hostile"]), ("\0", []), ("\u{FFFD}x", ["hostile"]), ("shopo", []), ("'", []),
        ])
    func text(_ engine: Engine, _ example: (text: String, aliases: [String])) async throws {
        let store = try engine.make().store
        _ = try await store.keyStore.put(
            [
                try Self.entry("billing"), try Self.entry("shop", subject: "O=Ärger", thumbprint: "q83v"),
                try Self.entry("50%"), try Self.entry("hostile", subject: "CN=\u{202E}a\0x"),
            ], replaces: false)
        #expect(try await found(store) { $0.text = example.text } == example.aliases)
        // What has replaced an entry is found, and the earlier one no longer.
        let other = KeyStoreEntry(
            alias: "shop", certificate: KeyCertificate(der: [2], facts: try Self.entry("shop").certificate.facts),
            jwk: try Self.entry("shop").jwk, addedAt: Self.now)
        _ = try await store.keyStore.put([other], replaces: true)
        #expect(try await found(store) { $0.text = "ärger" } == [])
        #expect(try await found(store) { $0.text = "shop" } == ["shop"])
    }

    @Test("The order is by the end and the alias, and validity is told to the millisecond", arguments: Engine.all)
    func validity(_ engine: Engine) async throws {
        let store = try engine.make().store
        let day: Int64 = 86_400
        let now = Self.now.seconds
        _ = try await store.keyStore.put(
            [
                try Self.entry("b", ends: now), try Self.entry("Z", ends: now + 30 * day),
                try Self.entry("a", ends: now), try Self.entry("c", ends: now - 1),
                try Self.entry("d", ends: now + 30 * day - 1), try Self.entry("ancient", ends: -day),
            ], replaces: false)
        #expect(try await found(store) { _ in } == ["ancient", "c", "a", "b", "d", "Z"])
        #expect(try await found(store) { $0.validity = .expired } == ["ancient", "c"])
        #expect(try await found(store) { $0.validity = .soon } == ["a", "b", "d"])
        #expect(try await found(store, at: Self.now + .milliseconds(1)) { $0.validity = .soon } == ["d", "Z"])
    }

    @Test(
        "Pages follow each other in both directions, also after an entry that was removed meanwhile",
        arguments: Engine.all, [KeyStoreFilter.Validity?.none, .soon])
    func pages(_ engine: Engine, _ validity: KeyStoreFilter.Validity?) async throws {
        let store = try engine.make().store
        let aliases = (0..<25).map { "k \(100 + $0)" }
        _ = try await store.keyStore.put(
            try aliases.enumerated().map { try Self.entry($1, ends: Self.now.seconds + Int64($0 / 4)) },
            replaces: false)
        _ = try await store.issuer(IssuerNumber(rawValue: 2)).keyStore.put([try Self.entry("k 000")], replaces: false)
        var filter = KeyStoreFilter()
        filter.validity = validity
        func page(_ position: PagePosition) async throws -> FoundPage<KeyStoreEntry> {
            try await store.keyStore.search(filter, at: position, limit: 10, now: Self.now)
        }
        let first = try await page(.first)
        #expect(first.items.map(\.alias.text) == Array(aliases[..<10]))
        #expect(first.count == FoundCount(25) && !first.hasPrevious && first.hasNext)
        let last = try #require(first.items.last)
        try await store.keyStore.remove(last.alias)
        let second = try await page(.after(last.position))
        #expect(second.items.map(\.alias.text) == Array(aliases[10..<20]))
        #expect(second.count == FoundCount(24) && second.hasPrevious && second.hasNext)
        let third = try await page(.after(second.items[9].position))
        #expect(third.items.map(\.alias.text) == Array(aliases[20...]) && !third.hasNext && third.hasPrevious)
        let back = try await page(.before(third.items[0].position))
        #expect(back.items.map(\.alias) == second.items.map(\.alias) && back.hasNext && back.hasPrevious)
        for wrong in ["", "x", "k 101", "999999999999999999999 a"] {
            #expect(try await page(.after(wrong)).items.first?.alias == "k 100", "\(wrong)")
            #expect(try await page(.before(wrong)).items.first?.alias == "k 100", "\(wrong)")
        }
    }

    /// The aliases with which clients authenticate, by what each client's registration says.
    private func serving(_ store: any Store) async throws -> [String] {
        var aliases: [String] = []
        try await store.clients.walk { registration throws(StoreError) in
            if case .keyStore(let alias) = registration.keySource { aliases.append(alias.text) }
        }
        return aliases.sorted()
    }

    @Test("The use of an entry follows each change of clients, keys and entries", arguments: Engine.all)
    func use(_ engine: Engine) async throws {
        let store = try engine.make().store
        func check(_ expected: [String], _ comment: Comment) async throws {
            let all = try await store.keyStore.entries().map(\.alias.text)
            let used = try await found(store) { $0.isInForce = true }
            #expect(used.sorted() == expected, comment)
            #expect(try await serving(store) == expected, comment)
            #expect(try await Set(found(store) { $0.isInForce = false }) == Set(all).subtracting(used), comment)
        }
        _ = try await store.keyStore.put([try Self.entry("billing"), try Self.entry("shop")], replaces: false)
        try await check([], "no client")
        try await store.clients.add(Samples.client("billing"), keys: [])
        try await check(["billing"], "a client without keys")
        try await store.clients.add(Samples.client("shop"), keys: [try Samples.key()])
        try await check(["billing"], "a client with keys")
        let key = try #require(try await store.clients.registration(of: ClientID("shop"))?.keys.first)
        try await store.clientKeys.setStatus(
            .revoked(since: Self.now), number: try #require(key.number), of: ClientID("shop"))
        try await check(["billing"], "a revoked key keeps others out")
        try await store.clientKeys.remove(try #require(key.number), of: ClientID("shop"))
        try await check(["billing", "shop"], "the last key is removed")
        try await store.clients.replace(Samples.client("shop", keySetURL: "https://client.example/jwks"), keys: [])
        try await check(["billing"], "a key set")
        try await store.clients.replace(Samples.client("shop"), keys: [])
        try await check(["billing", "shop"], "no key set any more")
        try await store.clientKeys.add(try Samples.key(), to: ClientID("billing"))
        try await check(["shop"], "a key is added")
        try await store.clients.setEnabled(false, ClientID("shop"), at: Self.now)
        try await check(["shop"], "a disabled client")
        try await store.clients.remove(ClientID("shop"))
        try await check([], "the client is removed")
        try await store.clients.remove(ClientID("billing"))
        try await store.clients.add(Samples.client("billing"), keys: [])
        try await check(["billing"], "a client with keys is removed and added again")
        try await store.keyStore.remove("billing")
        try await check([], "the entry is removed")
        _ = try await store.keyStore.put([try Self.entry("billing")], replaces: false)
        try await check(["billing"], "the entry is added again")
        _ = try await store.keyStore.put([try Samples.keyStoreEntry("billing", certificate: 9)], replaces: true)
        try await check(["billing"], "the entry is replaced")
    }

    /// Each set of clients and entries: `j:` marks one of Java's.
    @Test(
        "The use of entries from Java key stores is that of the clients' registrations, in any order of changes",
        arguments: Engine.all,
        [
            ["c:Billing", "j:billing"], ["c:Billing", "c:billing", "j:billing"],
            ["c:Billing", "j:billing", "j:BILLING"],
            ["c:Billing", "j:Billing", "j:billing"], ["c:Billing", "e:Billing", "j:billing"],
            ["c:Billing", "e:BILLING", "j:billing"], ["c:billing", "e:BILLING"], ["c:a", "c:A", "e:a", "j:A"],
        ])
    func java(_ engine: Engine, _ things: [String]) async throws {
        for order in [things, things.reversed()] {
            let store = try engine.make().store
            for thing in order {
                let name = String(thing.dropFirst(2))
                if thing.hasPrefix("c:") {
                    try await store.clients.add(Samples.client(name), keys: [])
                } else {
                    // First without the mark, as from another file.
                    _ = try await store.keyStore.put([try Self.entry(name)], replaces: true)
                    _ = try await store.keyStore.put(
                        [try Self.entry(name, isFromJava: thing.hasPrefix("j:"))], replaces: true)
                }
                let used = try await found(store) { $0.isInForce = true }.sorted()
                #expect(try await serving(store) == used, "\(order) after \(thing)")
            }
            for thing in order {
                let name = String(thing.dropFirst(2))
                if thing.hasPrefix("c:") {
                    try await store.clients.remove(ClientID(name))
                } else {
                    try await store.keyStore.remove(ExactString(name))
                }
                let used = try await found(store) { $0.isInForce = true }.sorted()
                #expect(try await serving(store) == used, "\(order) without \(thing)")
            }
        }
    }
}
