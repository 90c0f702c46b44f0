/// The protected resources of one issuer.
struct SQLResources: ResourceStore {
    let database: any SQLDatabase

    func all() async throws(StoreError) -> [ResourceRecord] {
        try await database.all(
            "SELECT \(ResourceRecord.columns.names) FROM resource WHERE issuer = $1 ORDER BY uri"
        ) { try ResourceRecord(&$0) }
    }

    func add(_ resource: ResourceRecord) async throws(StoreError) {
        try resource.validate()
        try await database.changeClients { db in
            let count = try db.execute(
                "INSERT INTO resource \(ResourceRecord.columns.values) ON CONFLICT DO NOTHING", resource.sqlValues)
            guard count == 1 else { throw StoreError.conflict("A resource '\(resource.uri)'") }
        }
    }

    func update(_ resource: ResourceRecord) async throws(StoreError) {
        try resource.validate()
        try await change(
            resource.uri,
            """
            UPDATE resource SET name = $3, scopes = $4, access_token_format = $5, access_token_lifetime = $6
            WHERE issuer = $1 AND uri = $2
            """, Array(resource.sqlValues.dropFirst().dropLast()))
    }

    func remove(_ uri: String) async throws(StoreError) {
        try await change(uri, "DELETE FROM resource WHERE issuer = $1 AND uri = $2", [])
    }

    private func change(_ uri: String, _ sql: String, _ values: [any SQLConvertible]) async throws(StoreError) {
        try await database.changeClients { db in
            guard try db.execute(sql, [uri] + values) == 1 else { throw StoreError.notFound("The resource '\(uri)'") }
        }
    }
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
