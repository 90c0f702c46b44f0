extension SQLClients {
    /// `$2` is the client, `$3` how it registered itself.
    static let originChange = "UPDATE client SET origin = $3 WHERE issuer = $1 AND id = $2"

    func search(
        _ filter: ClientFilter, at position: PagePosition, limit: Int
    ) async throws(StoreError) -> FoundPage<FoundClient> {
        guard let search = Self.search(filter) else { return .empty }
        return try await database.read { db in try search.page(at: position, limit: limit, db) }
    }

    /// - Returns: `nil` if nothing can match.
    static func search(_ filter: ClientFilter) -> TableSearch<FoundClient>? {
        var search = TableSearch(
            "client", key: "id",
            selection: "SELECT origin, \(ClientRecord.columns.names) FROM client WHERE issuer = $1",
            row: { row in
                let origin = try row.next(DynamicRegistration.Origin?.self)
                var client = try ClientRecord(&row)
                client.registrationOrigin = origin.map { .itself($0) } ?? .operator
                return FoundClient(client: client, registration: ClientFilter.Registration(origin))
            })
        if !filter.text.isEmpty {
            guard let pattern = SearchKey.pattern(for: filter.text) else { return nil }
            search.requireText(pattern)
        }
        if let isEnabled = filter.isEnabled { search.require("is_enabled = $", isEnabled) }
        if let registration = filter.registration {
            search.require(
                "coalesce(origin, '\(ClientFilter.Registration.byOperator.rawValue)') = $", registration.rawValue)
        }
        if let method = filter.authenticationMethod { search.require("authentication_method = $", method) }
        return search
    }
}

extension ClientFilter.Registration {
    fileprivate init(_ origin: DynamicRegistration.Origin?) {
        self =
            switch origin {
            case nil: .byOperator
            case .token: .token
            case .open: .open
            }
    }
}

extension ClientRecord {
    var searchKey: String { SearchKey.ofClient(id.text, name: name) }
}

extension SQLUsers {
    func search(
        _ filter: UserFilter, at position: PagePosition, limit: Int
    ) async throws(StoreError) -> FoundPage<UserRecord> {
        guard let search = Self.search(filter) else { return .empty }
        let position: PagePosition =
            switch position {
            case .first: .first
            case .after(let name): .after(UserRecord.key(of: name))
            case .before(let name): .before(UserRecord.key(of: name))
            }
        return try await database.read { db in try search.page(at: position, limit: limit, db) }
    }

    /// - Returns: `nil` if nothing can match.
    static func search(_ filter: UserFilter) -> TableSearch<UserRecord>? {
        var search = TableSearch("person", key: "name_key", selection: selection, row: { try UserRecord(&$0) })
        if !filter.text.isEmpty {
            guard let pattern = SearchKey.pattern(for: filter.text) else { return nil }
            search.requireText(pattern)
        }
        if let group = filter.group {
            guard UserRecord.isName(group) else { return nil }
            // Exact, unlike LIKE: a whole element of the JSON array, whose own quotation marks are escaped.
            search.require(
                """
                (replace(group_names, '[' || $, '') <> group_names OR replace(group_names, ',' || $, '') <> group_names)
                """, JSONValue.string(group).render())
        }
        if let isEnabled = filter.isEnabled { search.require("is_enabled = $", isEnabled) }
        return search
    }
}

extension UserRecord {
    var searchKey: String { SearchKey.ofUser(name, claims: claims) }
}

/// What the migration "16 searches" adds.
package enum SearchTables {
    /// The statements that add columns. Those of existing rows are filled next, with `SearchFilling`, and the indexes created last.
    package static func columns(_ dialect: Tables.Dialect) -> [String] {
        [
            "ALTER TABLE client ADD COLUMN search_key TEXT NOT NULL DEFAULT ''",
            // How it registered itself; NULL if an operator has added it.
            "ALTER TABLE client ADD COLUMN origin TEXT",
            "ALTER TABLE person ADD COLUMN search_key TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE audit_entry ADD COLUMN client_number \(dialect.integer)",
            "ALTER TABLE audit_entry ADD COLUMN address_number \(dialect.integer)",
            "ALTER TABLE audit_entry ADD COLUMN endpoint_number \(dialect.integer)",
        ]
    }

    /// Each index holds all that its searches filter by.
    package static let indexes = [
        "CREATE INDEX client_search ON client (issuer, id, is_enabled, origin, authentication_method, search_key)",
        "CREATE INDEX person_search ON person (issuer, name_key, is_enabled, group_names, search_key)",
    ]

    /// What the migration "23 refusals by kind" puts in place of earlier indexes of refusals: each holds the two kinds of callers one after the
    /// other, so that a search for one of them does not read the other, and one is by endpoint.
    package static let refusalIndexes =
        ["time", "code", "client", "address"].map { "DROP INDEX IF EXISTS audit_entry_by_\($0)" } + [
            refusals("time", []), refusals("code", ["code"]), refusals("client", ["client_number"]),
            refusals("address", ["address_number"]), refusals("endpoint", ["endpoint_number"]),
        ]

    private static func refusals(_ name: String, _ first: [String]) -> String {
        let others = ["code", "client_number", "address_number", "endpoint_number"].filter { !first.contains($0) }
        let columns = ["issuer"] + first + ["is_proven", "at", "number"] + others
        return "CREATE INDEX audit_entry_by_\(name) ON audit_entry (\(columns.joined(separator: ", ")))"
    }
}
