import GRDB
import Store
import Testing

@testable import SQL
@testable import SQLite

@Suite("SQLite: the query plans of searches")
struct SearchPlanTests {
    @Test("A search for clients or people reads one index and sorts nothing")
    func lists() async throws {
        var clients = ClientFilter()
        clients.text = "a"
        clients.isEnabled = true
        clients.registration = .open
        clients.authenticationMethod = .privateKeyJWT
        var people = UserFilter()
        people.text = "a"
        people.group = "admin"
        people.isEnabled = true
        for filter in [ClientFilter(), clients] {
            let search = try #require(SQLClients.search(filter))
            try await expectOnly("client_search", [search.following, search.preceding], hasKey: true)
            try await expectOnly("client_search", [search.count])
        }
        for filter in [UserFilter(), people] {
            let search = try #require(SQLUsers.search(filter))
            try await expectOnly("person_search", [search.following, search.preceding], hasKey: true)
            try await expectOnly("person_search", [search.count])
        }
    }

    @Test("A search of the key store reads one index and sorts nothing", arguments: KeyStoreFilter.Validity.allCases)
    func keyStore(_ validity: KeyStoreFilter.Validity) async throws {
        var narrow = KeyStoreFilter()
        narrow.text = "a"
        narrow.isInForce = true
        var all = narrow
        all.validity = validity
        for filter in [KeyStoreFilter(), narrow, all] {
            let search = try #require(SQLKeyStore.search(filter, at: .now))
            for statement in [search.following, search.preceding] {
                let reads = try await reads(statement)
                #expect(reads.count == 1 && reads[0].contains("COVERING INDEX key_store_entry_by_end"), "\(reads)")
                #expect(reads.first?.contains("(issuer=? AND ") == true, "\(reads)")
                #expect(try await !steps(statement).contains { $0.contains("TEMP B-TREE") })
            }
            let counted = try await reads(search.count)
            #expect(counted.count == 1 && counted[0].contains("COVERING INDEX"), "\(counted)")
        }
    }

    @Test("The use of entries is updated by look-ups alone")
    func keyStoreUse() async throws {
        let statement = KeyStoreSearchTables.update + " WHERE issuer = $1 AND lower(alias) = lower($2)"
        let steps = try await steps(statement)
        #expect(!steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
        #expect(steps.contains { $0.contains("key_store_entry_without_case (issuer=? AND <expr>=?)") }, "\(steps)")
    }

    private func expectOnly(_ index: String, _ statements: [String], hasKey: Bool = false) async throws {
        for statement in statements {
            let reads = try await reads(statement)
            // Any covering index serves where nothing is filtered by.
            let isFree = !statement.contains(" AND is_enabled")
            #expect(reads.count == 1 && reads[0].contains("COVERING INDEX"), "\(statement): \(reads)")
            #expect(isFree || reads[0].contains(index), "\(reads)")
            #expect(!hasKey || reads[0].contains("(issuer=? AND "), "\(reads)")
            #expect(try await !steps(statement).contains { $0.contains("TEMP B-TREE") })
        }
    }

    @Test(
        "Each search for refusals reads the index that was chosen, which holds all that is compared",
        arguments: RefusalSearch.Path.allCases)
    func refusals(_ path: RefusalSearch.Path) async throws {
        var all = RefusalFilter()
        (all.client, all.code, all.isProven, all.address, all.endpoint) = ("a", "b", true, "c", "d")
        (all.since, all.until) = (UnixTime(seconds: 1), UnixTime(seconds: 2))
        var only = RefusalFilter()
        switch path {
        case .time: all = RefusalFilter()
        case .code: only.code = "a"
        case .client: only.client = "a"
        case .address: only.address = "a"
        case .endpoint: only.endpoint = "a"
        case .reference:
            only.referencePrefix = "AB"
            all.referencePrefix = "AB"
        }
        let index = "audit_entry_by_\(path) (issuer=? AND \(Self.column[path] ?? "")"
        for filter in [only, all] where path != .time || filter == only {
            let search = RefusalSearch(filter, path)
            let statements = [
                search.boundedCount, search.countsByCode, search.countsByClient,
                search.places,
            ]
            let position = RefusalPosition(at: .now, isProven: true, number: 1)
            let last = RefusalSearch(filter, path, after: position).places
            for statement in statements + [last] {
                let reads = try await reads(statement)
                // The two kinds of callers are read one beside the other.
                #expect(reads.count == (path == .reference || filter.isProven != nil ? 1 : 2), "\(statement): \(reads)")
                for read in reads {
                    // A reference leads to few rows.
                    #expect(
                        read.contains(path == .reference ? index : "COVERING INDEX \(index)"), "\(statement): \(reads)")
                }
            }
            guard path != .reference else { continue }
            let sorted = try await steps(search.places).filter { $0.contains("TEMP B-TREE") }
            #expect(sorted.isEmpty, "\(sorted)")
        }
    }

    private static let column: [RefusalSearch.Path: String] = [
        .time: "is_proven=?", .code: "code=? AND is_proven=?", .client: "client_number=? AND is_proven=?",
        .address: "address_number=? AND is_proven=?", .endpoint: "endpoint_number=? AND is_proven=?",
        .reference: "reference>?",
    ]

    @Test(
        "An index finds a single refusal, the next code, the name of a client and the oldest entry",
        arguments: [
            SQLAudit.byNumber, SQLAudit.oldest, SQLAudit.removal, RefusalSearch.nextCode, RefusalSearch.clientName,
        ])
    func single(_ statement: String) async throws {
        let steps = try await steps(statement)
        #expect(steps.count == 1 && steps[0].hasPrefix("SEARCH") && steps[0].contains("(issuer=? AND "), "\(steps)")
    }

    /// The steps that read a table.
    private func reads(_ statement: String) async throws -> [String] {
        try await steps(statement).filter {
            ($0.hasPrefix("SCAN ") || $0.hasPrefix("SEARCH "))
                && ($0.contains(" audit_entry ") || $0.contains(" client ") || $0.contains(" person ")
                    || $0.contains(" key_store_entry "))
                && $0.contains(" USING ")
        }
    }

    private func steps(_ statement: String) async throws -> [String] {
        let bench = try SQLiteBench()
        return try await bench.store.pool.read { db in
            let compiled = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(statement)")
            let count = (1...20).last { statement.contains("$\($0)") } ?? 0
            return try String.fetchAll(
                compiled, arguments: StatementArguments(repeatElement(1, count: count)),
                adapter: SuffixRowAdapter(fromIndex: 3))
        }
    }
}
