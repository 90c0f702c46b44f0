/// The tables of clients that register themselves, as the migration "11 registration" creates them; a later change is a migration of its
/// own and leaves this text.
package enum RegistrationTables {
    /// The statements that create the tables and their indexes.
    package static func creation(_ dialect: Tables.Dialect) -> [String] {
        let (integer, bytes) = (dialect.integer, dialect.bytes)
        return [
            """
            CREATE TABLE initial_access_token (
                issuer \(integer) NOT NULL, id TEXT NOT NULL, digest \(bytes) NOT NULL, note TEXT NOT NULL,
                scopes TEXT, grants TEXT, allows_reuse \(integer) NOT NULL, maximum_uses \(integer) NOT NULL,
                uses \(integer) NOT NULL, created_at \(integer) NOT NULL, expires_at \(integer) NOT NULL,
                PRIMARY KEY (issuer, id), UNIQUE (issuer, digest)
            )\(dialect.options)
            """,
            // It does not reference the initial access token, which may be gone.
            """
            CREATE TABLE dynamic_registration (
                issuer \(integer) NOT NULL, client TEXT NOT NULL, origin TEXT NOT NULL, initial_access_token TEXT,
                digest \(bytes) NOT NULL, registered_at \(integer) NOT NULL, used_at \(integer),
                expires_at \(integer) NOT NULL, PRIMARY KEY (issuer, client), UNIQUE (issuer, digest),
                FOREIGN KEY (issuer, client) REFERENCES client (issuer, id) ON DELETE CASCADE
            )\(dialect.options)
            """,
            "CREATE INDEX dynamic_registration_by_expiry ON dynamic_registration (issuer, expires_at)",
            // For counting them.
            "CREATE INDEX dynamic_registration_by_origin ON dynamic_registration (issuer, origin, used_at)",
        ]
    }
}
