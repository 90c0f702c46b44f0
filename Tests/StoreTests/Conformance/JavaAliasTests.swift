import Countersign
import Store
import Testing

/// Key store entries, clients, and the entry that serves each client.
struct JavaAliasCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Aliases imported from Java key stores.
    var java: [ExactString] = []
    /// Aliases from other sources.
    var other: [ExactString] = []
    let clients: [String]
    /// The alias that serves each client, in the order of `clients`; `nil` if none does.
    let serving: [ExactString?]
    var ambiguity: AliasAmbiguity?

    static let all = [
        JavaAliasCase(
            testDescription: "lower case", java: ["nwu59qy9asdqftmwlcfmkvohvuya"],
            clients: ["nwU59qy9AsDqftmwLcfmkvOhvuYa"], serving: ["nwu59qy9asdqftmwlcfmkvohvuya"]),
        JavaAliasCase(
            testDescription: "upper case, as PKCS#12 preserves it", java: ["Client-ID"], clients: ["client-id"],
            serving: ["Client-ID"]),
        JavaAliasCase(testDescription: "identical", java: ["billing"], clients: ["billing"], serving: ["billing"]),
        JavaAliasCase(
            testDescription: "another source, byte for byte", other: ["billing"], clients: ["Billing", "billing"],
            serving: [nil, "billing"]),
        JavaAliasCase(
            testDescription: "two clients that differ only in case", java: ["billing"],
            clients: ["BILLING", "Billing"], serving: [nil, nil],
            ambiguity: .severalClients(alias: "billing", [ClientID("BILLING"), ClientID("Billing")])),
        JavaAliasCase(
            testDescription: "two clients, one of which has the alias itself", java: ["billing"],
            clients: ["Billing", "billing"], serving: [nil, nil],
            ambiguity: .severalClients(alias: "billing", [ClientID("Billing"), ClientID("billing")])),
        JavaAliasCase(
            testDescription: "an exact match from another source wins", java: ["billing"], other: ["Billing"],
            clients: ["Billing"], serving: ["Billing"]),
        JavaAliasCase(
            testDescription: "an exact match from Java wins", java: ["billing", "Billing"], clients: ["Billing"],
            serving: ["Billing"]),
        JavaAliasCase(
            testDescription: "an exact match wins over more variants than are read",
            java: [
                "BILLING", "BILLINg", "BILLInG", "BILLIng", "BILLiNG", "BILLinG", "BILlING", "BIlLING", "BiLLING",
                "billing",
            ],
            clients: ["billing"], serving: ["billing"]),
        JavaAliasCase(
            testDescription: "two entries, none of them exact", java: ["billing", "bilLing"], clients: ["Billing"],
            serving: [nil], ambiguity: .severalEntries(["bilLing", "billing"])),
        JavaAliasCase(
            testDescription: "only A to Z are folded", java: ["\u{E9}"], clients: ["\u{C9}"], serving: [nil]),
        JavaAliasCase(
            testDescription: "other characters are compared unchanged", java: ["a@b_c"], clients: ["a`b_c", "A@B_C"],
            serving: [nil, "a@b_c"]),
    ]
}

@Suite("Aliases of Java key stores")
struct JavaAliasTests {
    enum Order: Sendable, CaseIterable { case clientsFirst, entriesFirst }

    private static func fill(_ store: any Store, _ example: JavaAliasCase, _ order: Order) async throws {
        func addClients() async throws {
            for id in example.clients { try await store.clients.add(Samples.client(id), keys: []) }
        }
        if order == .clientsFirst { try await addClients() }
        let entries =
            try example.java.map { try Samples.keyStoreEntry($0, isFromJava: true) }
            + example.other.map { try Samples.keyStoreEntry($0) }
        _ = try await store.keyStore.put(entries, replaces: false)
        if order == .entriesFirst { try await addClients() }
    }

    @Test(
        "serve the one client that matches, ignoring ASCII case, whichever was added first",
        arguments: Engine.all.flatMap { engine in Order.allCases.map { (engine, $0) } }, JavaAliasCase.all)
    func serving(_ bench: (Engine, Order), _ example: JavaAliasCase) async throws {
        let store = try bench.0.make().store
        try await Self.fill(store, example, bench.1)
        for (id, alias) in zip(example.clients, example.serving) {
            let registration = try #require(try await store.clients.registration(of: ClientID(id)))
            #expect(registration.keyStoreEntry?.alias == alias)
            #expect(registration.keySource == (alias.map { .keyStore(alias: $0) } ?? .none))
            #expect(registration.aliasAmbiguity == (alias == nil ? example.ambiguity : nil))
            #expect(registration.registeredClient.keys.count == (alias == nil ? 0 : 1))
        }
    }

    @Test("Adding or removing a client changes which client an entry serves", arguments: Engine.all)
    func comingAndGoing(_ engine: Engine) async throws {
        let store = try engine.make().store
        let billing = ClientID("Billing")
        try await store.clients.add(Samples.client("Billing"), keys: [])
        _ = try await store.keyStore.put([try Samples.keyStoreEntry("billing", isFromJava: true)], replaces: false)
        #expect(try await store.clients.registration(of: billing)?.keySource == .keyStore(alias: "billing"))
        try await store.clients.add(Samples.client("billing"), keys: [])
        #expect(try await store.clients.registration(of: billing)?.keySource == KeySource.none)
        try await store.clients.remove(ClientID("billing"))
        #expect(try await store.clients.registration(of: billing)?.keySource == .keyStore(alias: "billing"))
        try await store.keyStore.remove("billing")
        #expect(try await store.clients.registration(of: billing)?.keySource == KeySource.none)
    }

    @Test(
        "An entry of unknown origin is recognised as Java's when imported again, and stays recognised",
        arguments: Engine.all)
    func recognised(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client("Billing"), keys: [])
        let (plain, java) = (
            try Samples.keyStoreEntry("billing"), try Samples.keyStoreEntry("billing", isFromJava: true)
        )
        #expect(try await store.keyStore.put([plain], replaces: false) == [.added])
        #expect(try await store.clients.registration(of: ClientID("Billing"))?.keySource == KeySource.none)
        #expect(
            try await store.keyStore.put([java, java, plain], replaces: false) == [
                .markedAsJava, .unchanged, .unchanged,
            ])
        #expect(try await store.keyStore.entry("billing")?.isFromJava == true)
        #expect(try await store.clients.registration(of: ClientID("Billing"))?.keySource == .keyStore(alias: "billing"))
    }

    @Test("Clients and entries are found ignoring ASCII case", arguments: Engine.all)
    func alike(_ engine: Engine) async throws {
        let store = try engine.make().store
        for id in ["Billing", "billing", "billing2", "\u{C9}"] {
            try await store.clients.add(Samples.client(id), keys: [])
        }
        _ = try await store.keyStore.put(
            [try Samples.keyStoreEntry("BILLING"), try Samples.keyStoreEntry("\u{C9}")], replaces: false)
        #expect(try await store.clients.ids(ignoringCaseOf: "bILLING").map(\.text) == ["Billing", "billing"])
        #expect(try await store.clients.ids(ignoringCaseOf: "\u{E9}") == [])
        #expect(try await store.clients.ids(ignoringCaseOf: "") == [])
        #expect(try await store.keyStore.entries(ignoringCaseOf: "billing").map(\.alias) == ["BILLING"])
        #expect(try await store.keyStore.entries(ignoringCaseOf: "\u{E9}").isEmpty)
    }
}
