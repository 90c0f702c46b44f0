import GRDB

extension Migrations {
    /// Clients, their keys, and the revision by which other processes see that either has changed.
    ///
    /// Identifiers are TEXT under the BINARY collation: compared as bytes.
    static func createClients(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE client (
                    number INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    description TEXT NOT NULL,
                    is_enabled INTEGER NOT NULL,
                    grants TEXT NOT NULL,
                    scopes TEXT NOT NULL,
                    authentication_method TEXT NOT NULL,
                    signing_algorithm TEXT,
                    audience_profile TEXT,
                    allows_reuse INTEGER,
                    requires_explicit_typing INTEGER NOT NULL,
                    access_token_format TEXT NOT NULL,
                    access_token_lifetime INTEGER,
                    created_at INTEGER NOT NULL,
                    updated_at INTEGER NOT NULL
                ) STRICT;

                CREATE TABLE client_key (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    client INTEGER NOT NULL REFERENCES client (number) ON DELETE CASCADE,
                    jwk TEXT NOT NULL,
                    certificate BLOB,
                    subject BLOB,
                    not_before INTEGER,
                    not_after INTEGER,
                    thumbprint_sha1 TEXT,
                    thumbprint_sha256 TEXT,
                    added_at INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX client_key_of_client ON client_key (client);

                CREATE TABLE client_revision (revision INTEGER NOT NULL) STRICT;
                INSERT INTO client_revision VALUES (0);
                """)
        for table in ["client", "client_key"] {
            for change in ["INSERT", "UPDATE", "DELETE"] {
                try db.execute(
                    sql: """
                        CREATE TRIGGER \(table)_after_\(change.lowercased()) AFTER \(change) ON \(table)
                        BEGIN UPDATE client_revision SET revision = revision + 1; END;
                        """)
            }
        }
    }

    /// Which clients have a key with a certificate: asked each day, of all that have one and of no others.
    static func indexCertificates(_ db: Database) throws {
        try db.execute(
            sql: "CREATE INDEX client_key_with_certificate ON client_key (client) WHERE certificate IS NOT NULL")
    }

    /// Clients that are URLs and have proved a key. No trigger: what is registered does not change.
    static func createProvenClientURLs(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE proven_client_url (
                    url TEXT PRIMARY KEY NOT NULL,
                    proven_at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
