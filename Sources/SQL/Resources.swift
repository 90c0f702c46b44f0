/// The protected resources of one issuer.
struct SQLResources: ResourceStore {
    let database: any SQLDatabase

    private static let selection = "SELECT \(ResourceRecord.columns.names) FROM resource WHERE issuer = $1"

    func all() async throws(StoreError) -> [ResourceRecord] {
        try await database.all("\(Self.selection) ORDER BY uri") { try ResourceRecord(&$0) }
    }

    func resource(_ uri: String) async throws(StoreError) -> ResourceRecord? {
        guard ResourceRecord.isResource(uri) else { return nil }
        return try await database.read { db in try Self.resource(uri, db) }
    }

    func search(
        _ text: String, at position: PagePosition, limit: Int
    ) async throws(StoreError) -> FoundPage<ResourceRecord> {
        guard let search = Self.search(text) else { return .empty }
        return try await database.read { db in try search.page(at: position, limit: limit, db) }
    }

    /// - Returns: `nil` if nothing can match.
    static func search(_ text: String) -> TableSearch<ResourceRecord>? {
        var search = TableSearch("resource", key: "uri", selection: selection, row: { try ResourceRecord(&$0) })
        guard !text.isEmpty else { return search }
        guard let pattern = SearchKey.pattern(for: text) else { return nil }
        search.requireText(pattern, in: ["lower(uri)", "lower(name)"])
        return search
    }

    func add(_ resource: ResourceRecord) async throws(StoreError) {
        try resource.validate()
        try await database.changeClients { db in
            try Self.recording(resource.uri, db) {
                let count = try db.execute(
                    "INSERT INTO resource \(ResourceRecord.columns.values) ON CONFLICT DO NOTHING", resource.sqlValues)
                guard count == 1 else { throw StoreError.conflict("A resource '\(resource.uri)'") }
            }
        }
    }

    private static func recording(_ uri: String, _ db: any SQLConnection, _ change: () throws -> Void) throws {
        func facts() throws -> JSONObject? {
            try db.first("\(selection) AND uri = $2", [uri]) { try ResourceRecord(&$0).facts }
        }
        try db.recording(ChangeSubject(.resource, ExactString(uri)), facts, change)
    }

    func change(
        _ uri: String, _ body: @escaping @Sendable (inout ResourceRecord) -> Void
    ) async throws(StoreError) -> ResourceRecord {
        guard ResourceRecord.isResource(uri) else { throw Self.notFound(uri) }
        return try await database.changeClients { db in
            guard var resource = try Self.resource(uri, db) else { throw Self.notFound(uri) }
            body(&resource)
            guard resource.uri == uri else { throw StoreError.invalid("The URI of a resource cannot change") }
            try resource.validate()
            let values = Array(resource.sqlValues.dropLast())
            try Self.recording(uri, db) {
                let count = try db.execute(
                    """
                    UPDATE resource SET name = $3, scopes = $4, access_token_format = $5, access_token_lifetime = $6
                    WHERE issuer = $1 AND uri = $2
                    """, values)
                guard count == 1 else { throw Self.notFound(uri) }
            }
            return resource
        }
    }

    static func resource(_ uri: String, _ db: any SQLConnection) throws -> ResourceRecord? {
        try db.first("\(selection) AND uri = $2", [uri]) { try ResourceRecord(&$0) }
    }

    func remove(_ uri: String) async throws(StoreError) {
        try await database.changeClients { db in
            try Self.recording(uri, db) {
                let count = try db.execute("DELETE FROM resource WHERE issuer = $1 AND uri = $2", [uri])
                guard count == 1 else { throw Self.notFound(uri) }
            }
        }
    }

    private static func notFound(_ uri: String) -> StoreError { .notFound("The resource '\(uri)'") }
}

extension ResourceRecord {
    /// The columns in the order of `sqlValues` and of decoding.
    static let columns = ColumnList([
        "uri", "name", "scopes", "access_token_format", "access_token_lifetime", "created_at",
    ])

    fileprivate var sqlValues: [any SQLConvertible] {
        [uri, name, scopes.joined(separator: " "), accessTokenFormat, accessTokenLifetime, createdAt]
    }

    fileprivate init(_ row: inout SQLRow) throws {
        let uri = try row.next(String.self)
        row.subject = "the resource '\(uri)'"
        self.init(
            uri: uri, name: try row.next(), scopes: try row.nextWords(), accessTokenFormat: try row.next(),
            accessTokenLifetime: try row.next(), createdAt: try row.next())
    }
}
