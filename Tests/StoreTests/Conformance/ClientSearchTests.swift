import Countersign
import Store
import TestSupport
import Testing

@Suite("The search for clients")
struct ClientSearchTests {
    /// A store with clients of which each has something special.
    private func store(_ engine: Engine) async throws -> any Store {
        let store = try engine.make().store
        var clients = [
            ("billing", "Billing Job"), ("50%_off", "Sale\\s"), ("shop", "Große ÉCOLE"), ("ship", "100% harbour"),
            ("a\u{1F600}", ""), ("B", "Zürich"),
        ].map { id, name in ClientRecord(id: ClientID(id), name: name, createdAt: TestClock.start) }
        clients[1].isEnabled = false
        clients[2].authenticationMethod = .none
        for client in clients { try await store.clients.add(client, keys: []) }
        for (id, origin) in [("self-open", DynamicRegistration.Origin.open), ("self-token", .token)] {
            let token = InitialAccessToken(
                id: "t", digest: [1], createdAt: TestClock.start, expiresAt: TestClock.start + .seconds(60))
            if origin == .token { try await store.initialAccessTokens.add(token) }
            let client = ClientRecord(id: ClientID(id), name: "Itself", createdAt: TestClock.start)
            let outcome = try await store.dynamicRegistrations.add(
                ClientRegistration(client: client, keys: []),
                DynamicRegistration(
                    client: client.id, origin: origin, initialAccessToken: origin == .token ? "t" : nil,
                    digest: Array(id.utf8), registeredAt: TestClock.start, expiresAt: TestClock.start + .seconds(60)),
                within: OpenRegistrationBounds(unused: 9, total: 9))
            #expect(outcome == .added)
        }
        return store
    }

    private func found(_ store: any Store, _ change: (inout ClientFilter) -> Void) async throws -> [String] {
        var filter = ClientFilter()
        change(&filter)
        let page = try await store.clients.search(filter, at: .first, limit: 100)
        #expect(page.count == FoundCount(page.items.count))
        return page.items.map(\.client.id.text)
    }

    @Test(
        "A text is found in the identifier or the name, in any case; a wildcard is a character like any other",
        arguments: Engine.all,
        [
            ("BILL", ["billing"]), ("ing job", ["billing"]), ("%", ["50%_off", "ship"]), ("_", ["50%_off"]),
            ("\\", ["50%_off"]), ("GROSSE", []), ("große école", ["shop"]), ("grosse", []), ("ecole", []),
            ("\u{1F600}", ["a\u{1F600}"]), ("ü", ["B"]), ("Ü", ["B"]), ("u\u{308}", []), ("zu", []),
            ("billingb", []), ("g\u{1F}b", []), ("\0", []), ("sh", ["ship", "shop"]), ("'", []),
        ])
    func text(_ engine: Engine, _ example: (text: String, ids: [String])) async throws {
        #expect(try await found(try await store(engine)) { $0.text = example.text } == example.ids)
    }

    @Test("A filter finds clients by state, origin and method, alone and together", arguments: Engine.all)
    func filters(_ engine: Engine) async throws {
        let store = try await store(engine)
        #expect(try await found(store) { $0.isEnabled = false } == ["50%_off"])
        #expect(try await found(store) { $0.registration = .open } == ["self-open"])
        #expect(try await found(store) { $0.registration = .token } == ["self-token"])
        #expect(try await found(store) { $0.registration = .byOperator }.count == 6)
        #expect(try await found(store) { $0.authenticationMethod = AuthenticationMethod.none } == ["shop"])
        #expect(
            try await found(store) {
                $0.text = "self"
                $0.registration = .open
                $0.isEnabled = true
                $0.authenticationMethod = .privateKeyJWT
            } == ["self-open"])
        #expect(
            try await found(store) {
                $0.text = "self"
                $0.isEnabled = false
            } == [])
        let open = try await store.clients.search(ClientFilter(), at: .after("self-opem"), limit: 1).items.first
        #expect(open?.registration == .open)
        #expect(open?.client.isSelfRegistered == true)
        #expect(
            open?.client
                == (try await store.clients.registration(of: ClientID("self-open"))?.client).map {
                    var client = $0
                    client.registrationOrigin = .itself(.open)
                    return client
                })
    }

    @Test("A new name is found, the old one no longer", arguments: Engine.all)
    func renamed(_ engine: Engine) async throws {
        let store = try await store(engine)
        var client = Samples.client("billing")
        client.name = "Ledger"
        try await store.clients.replace(client)
        #expect(try await found(store) { $0.text = "ledger" } == ["billing"])
        #expect(try await found(store) { $0.text = "job" } == [])
        try await store.clients.remove(client.id)
        #expect(try await found(store) { $0.text = "ledger" } == [])
    }

    @Test("Pages follow each other in both directions, with and without a text", arguments: Engine.all, ["", "c"])
    func pages(_ engine: Engine, _ text: String) async throws {
        let store = try engine.make().store
        let ids = (1...25).map { "c\(100 + $0)" }
        try await store.clients.add(
            ids.map { ClientRegistration(client: Samples.client($0), keys: []) })
        try await store.issuer(IssuerNumber(rawValue: 2)).clients.add(Samples.client("c000"), keys: [])
        var filter = ClientFilter()
        filter.text = text
        var (position, seen, starts): (PagePosition, [String], [String]) = (.first, [], [])
        while true {
            let page = try await store.clients.search(filter, at: position, limit: 10)
            #expect(page.count == FoundCount(25))
            #expect(page.hasPrevious == !seen.isEmpty)
            seen += page.items.map(\.client.id.text)
            starts.append(page.items[0].client.id.text)
            guard page.hasNext else { break }
            position = .after(seen[seen.count - 1])
        }
        #expect(seen == ids)
        let back = try await store.clients.search(filter, at: .before(starts[2]), limit: 10)
        #expect(back.items.map(\.client.id.text) == Array(ids[10..<20]))
        #expect(back.hasPrevious && back.hasNext)
        let first = try await store.clients.search(filter, at: .before(starts[1]), limit: 10)
        #expect(first.items.map(\.client.id.text) == Array(ids[..<10]))
        #expect(!first.hasPrevious && first.hasNext)
        let none = try await store.clients.search(filter, at: .after("d"), limit: 10)
        #expect(none.items.isEmpty && !none.hasNext)
    }

    @Test(
        "Of a text that matches very many clients, the count ends at a bound and every page is found",
        arguments: Engine.all)
    func manyMatches(_ engine: Engine) async throws {
        let store = try engine.make().store
        let ids = (0..<1200).map { "c\(1000 + $0)" }
        try await store.clients.add(ids.map { ClientRegistration(client: Samples.client($0), keys: []) })
        var filter = ClientFilter()
        filter.text = "c"
        for (position, expected) in [
            (PagePosition.first, ids[..<50]), (.after("c1949"), ids[950..<1000]), (.after("c1950"), ids[951..<1001]),
            (.after("c1999"), ids[1000..<1050]), (.before("c1998"), ids[948..<998]),
            (.before("c2001"), ids[951..<1001]),
            (.before("c2150"), ids[1100..<1150]), (.after("c2179"), ids[1180...]),
        ] {
            let page = try await store.clients.search(filter, at: position, limit: 50)
            #expect(page.items.map(\.client.id.text) == Array(expected), "\(position)")
            #expect(page.count == FoundCount(1000, hasMore: true))
            #expect(page.hasNext == (expected.endIndex < 1200))
        }
    }
}

@Suite("The search for people")
struct UserSearchTests {
    @Test("Name, e-mail address, claim and group are searched; a group is compared as a whole", arguments: Engine.all)
    func people(_ engine: Engine) async throws {
        let store = try engine.make().store
        for (name, email, fullName, groups) in [
            ("alice", "a@example.com", "Alice Ångström", ["admin", "x\"admin"]),
            ("Bob", "b@example.org", "", ["Admin"]),
            ("carol", "c@example.com", "Carol", ["admins", "\"admin"]), ("dora", "", "", []),
        ] {
            var user = UserRecord(name: name, groups: groups, createdAt: TestClock.start)
            if !email.isEmpty { user.claims.set("email", .string(email)) }
            if !fullName.isEmpty { user.claims.set("name", .string(fullName)) }
            user.isEnabled = name != "carol"
            try await store.users.add(user)
        }
        func found(_ change: (inout UserFilter) -> Void) async throws -> [String] {
            var filter = UserFilter()
            change(&filter)
            return try await store.users.search(filter, at: .first, limit: 10).items.map(\.name)
        }
        #expect(try await found { _ in } == ["alice", "Bob", "carol", "dora"])
        #expect(try await found { $0.text = "ÅNGS" } == ["alice"])
        #expect(try await found { $0.text = "example.com" } == ["alice", "carol"])
        #expect(try await found { $0.text = "bO" } == ["Bob"])
        #expect(try await found { $0.group = "admin" } == ["alice"])
        #expect(try await found { $0.group = "Admin" } == ["Bob"])
        #expect(try await found { $0.group = "\"admin" } == ["carol"])
        #expect(try await found { $0.group = "" } == [])
        #expect(try await found { $0.isEnabled = false } == ["carol"])
        let page = try await store.users.search(UserFilter(), at: .after("BOB"), limit: 1)
        #expect(page.items.map(\.name) == ["carol"])
        #expect(page.hasPrevious && page.hasNext && page.count == FoundCount(4))
        var alice = try #require(try await store.users.user(named: "alice"))
        alice.claims.set("name", .string("Alice Berg"))
        try await store.users.replace(alice)
        #expect(try await found { $0.text = "berg" } == ["alice"])
        #expect(try await found { $0.text = "ångs" } == [])
    }
}
