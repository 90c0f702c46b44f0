/// The tables of every engine, as the migration "5 issuers" creates them; a later change is a migration of its own and leaves this text.
///
/// Every key by which records are found begins with the issuer.
/// The replay log is not included: each engine defines its own tables for it.
package enum Tables {
    /// The differences between the engines' table definitions.
    package struct Dialect: Sendable {
        /// A 64-bit integer.
        let integer: String
        let bytes: String
        /// An auto-incrementing 64-bit primary key.
        let serial: String
        /// The options after the columns of a table.
        let options: String
        /// The options after the columns of a table of small rows that is stored in key order.
        let keyed: String

        package static let sqlite = Dialect(
            integer: "INTEGER", bytes: "BLOB", serial: "INTEGER PRIMARY KEY AUTOINCREMENT", options: " STRICT",
            keyed: " STRICT, WITHOUT ROWID")
    }

    private static func certificate(_ dialect: Dialect, _ constraint: String) -> String {
        """
        certificate \(dialect.bytes)\(constraint),
        subject \(dialect.bytes)\(constraint),
        not_before \(dialect.integer)\(constraint),
        not_after \(dialect.integer)\(constraint),
        thumbprint_sha1 TEXT\(constraint),
        thumbprint_sha256 TEXT\(constraint)
        """
    }

    /// The names of the tables; each follows the tables it references.
    package static let names = [
        "client", "client_key", "client_revision", "key_store_entry", "key_use", "remote_key_set", "signing_key",
        "sealing_key", "audit_entry", "proven_client_url",
    ]

    /// The statements that create the tables and their indexes.
    package static func creation(_ dialect: Dialect) -> [String] {
        let (integer, bytes, serial) = (dialect.integer, dialect.bytes, dialect.serial)
        let (options, keyed) = (dialect.options, dialect.keyed)
        return [
            """
            CREATE TABLE client (
                number \(serial), issuer \(integer) NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
                description TEXT NOT NULL, is_enabled \(integer) NOT NULL, grants TEXT NOT NULL, scopes TEXT NOT NULL,
                authentication_method TEXT NOT NULL, signing_algorithm TEXT, audience_profile TEXT,
                allows_reuse \(integer), requires_explicit_typing \(integer) NOT NULL, certificate_validity TEXT,
                key_set_url TEXT, access_token_format TEXT NOT NULL, access_token_lifetime \(integer),
                created_at \(integer) NOT NULL, updated_at \(integer) NOT NULL, UNIQUE (issuer, id)
            )\(options)
            """,
            "CREATE INDEX client_without_case ON client (issuer, lower(id), id)",
            // The URLs in order, with the columns that decide whether their clients use them.
            """
            CREATE INDEX client_by_key_set_url ON client (issuer, key_set_url, is_enabled, id)
                WHERE key_set_url IS NOT NULL
            """,
            """
            CREATE TABLE client_key (
                number \(serial), issuer \(integer) NOT NULL, client TEXT NOT NULL, jwk TEXT NOT NULL,
                \(certificate(dialect, "")), status TEXT NOT NULL, status_time \(integer),
                added_at \(integer) NOT NULL,
                FOREIGN KEY (issuer, client) REFERENCES client (issuer, id) ON DELETE CASCADE
            )\(options)
            """,
            "CREATE INDEX client_key_of_client ON client_key (issuer, client, number)",
            """
            CREATE INDEX client_key_with_certificate ON client_key (issuer, client) WHERE certificate IS NOT NULL
            """,
            // Incremented by each change to a client, its keys or the key store.
            """
            CREATE TABLE client_revision (
                issuer \(integer) NOT NULL, revision \(integer) NOT NULL, PRIMARY KEY (issuer)
            )\(keyed)
            """,
            """
            CREATE TABLE key_store_entry (
                issuer \(integer) NOT NULL, alias TEXT NOT NULL, jwk TEXT NOT NULL,
                \(certificate(dialect, " NOT NULL")), is_from_java \(integer) NOT NULL, added_at \(integer) NOT NULL,
                PRIMARY KEY (issuer, alias)
            )\(options)
            """,
            "CREATE INDEX key_store_entry_without_case ON key_store_entry (issuer, lower(alias), alias)",
            """
            CREATE TABLE key_use (
                issuer \(integer) NOT NULL, client TEXT NOT NULL, thumbprint TEXT NOT NULL,
                used_at \(integer) NOT NULL, PRIMARY KEY (issuer, client, thumbprint),
                FOREIGN KEY (issuer, client) REFERENCES client (issuer, id) ON DELETE CASCADE
            )\(keyed)
            """,
            """
            CREATE TABLE remote_key_set (
                issuer \(integer) NOT NULL, url TEXT NOT NULL, body \(bytes) NOT NULL, etag \(bytes),
                fetched_at \(integer), expires_at \(integer), attempted_at \(integer) NOT NULL,
                next_attempt_at \(integer) NOT NULL, failures \(integer) NOT NULL, problem \(bytes),
                PRIMARY KEY (issuer, url)
            )\(options)
            """,
            """
            CREATE TABLE signing_key (
                number \(serial), issuer \(integer) NOT NULL, key_id TEXT NOT NULL, algorithm TEXT NOT NULL,
                sealed \(bytes) NOT NULL, created_at \(integer) NOT NULL, UNIQUE (issuer, key_id)
            )\(options)
            """,
            """
            CREATE TABLE sealing_key (
                issuer \(integer) NOT NULL, number \(integer) NOT NULL, sealed \(bytes) NOT NULL,
                created_at \(integer) NOT NULL, PRIMARY KEY (issuer, number)
            )\(keyed)
            """,
            """
            CREATE TABLE audit_entry (
                issuer \(integer) NOT NULL, is_proven \(integer) NOT NULL, number \(integer) NOT NULL,
                reference TEXT NOT NULL, at \(integer) NOT NULL, client \(bytes), code TEXT NOT NULL,
                endpoint TEXT NOT NULL, remote_address TEXT, trace TEXT NOT NULL,
                PRIMARY KEY (issuer, is_proven, number)
            )\(keyed)
            """,
            "CREATE UNIQUE INDEX audit_entry_by_reference ON audit_entry (issuer, reference)",
            """
            CREATE TABLE proven_client_url (
                issuer \(integer) NOT NULL, url TEXT NOT NULL, proven_at \(integer) NOT NULL,
                PRIMARY KEY (issuer, url)
            )\(keyed)
            """,
        ]
    }
}
