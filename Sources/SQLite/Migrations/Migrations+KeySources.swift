import GRDB

extension Migrations {
    /// What a client has its own word on since key sets, and where its set is read from; what has become of each key.
    ///
    /// The index has the URLs in their order with what is asked of their clients; a client without a URL is not in it.
    static func addKeySources(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE client ADD COLUMN certificate_validity TEXT;
                ALTER TABLE client ADD COLUMN key_set_url TEXT;
                CREATE INDEX client_by_key_set_url ON client (key_set_url, is_enabled) WHERE key_set_url IS NOT NULL;

                ALTER TABLE client_key ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
                ALTER TABLE client_key ADD COLUMN status_time INTEGER;
                """)
    }

    /// The key store. A change of it is a change of the client it serves, so it counts in the same revision.
    static func createKeyStore(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE key_store_entry (
                    number INTEGER PRIMARY KEY,
                    alias TEXT NOT NULL UNIQUE,
                    jwk TEXT NOT NULL,
                    certificate BLOB NOT NULL,
                    subject BLOB NOT NULL,
                    not_before INTEGER NOT NULL,
                    not_after INTEGER NOT NULL,
                    thumbprint_sha1 TEXT NOT NULL,
                    thumbprint_sha256 TEXT NOT NULL,
                    added_at INTEGER NOT NULL
                ) STRICT;
                """)
        try countChanges(of: "key_store_entry", db)
    }

    /// When each key was last used. No trigger: it is no change of the client.
    static func createKeyUses(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE key_use (
                    client INTEGER NOT NULL REFERENCES client (number) ON DELETE CASCADE,
                    thumbprint TEXT NOT NULL,
                    used_at INTEGER NOT NULL,
                    PRIMARY KEY (client, thumbprint)
                ) STRICT, WITHOUT ROWID;
                """)
    }

    /// Key sets that were read from URLs. What their servers say may hold any character, NUL among them, so it is kept as bytes.
    static func createRemoteKeySets(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE remote_key_set (
                    url TEXT PRIMARY KEY NOT NULL,
                    attempted_at INTEGER NOT NULL,
                    next_attempt_at INTEGER NOT NULL,
                    failures INTEGER NOT NULL DEFAULT 0,
                    problem BLOB,
                    fetched_at INTEGER,
                    expires_at INTEGER,
                    etag BLOB,
                    body BLOB NOT NULL DEFAULT x''
                ) STRICT;
                """)
    }

    /// Which entries of the key store came from a Java key store, and an index on either side for a comparison without case.
    /// NOCASE folds the letters A to Z and nothing else.
    ///
    /// Of the entries that are there nothing is known: they are compared byte for byte until they are imported again.
    static func addAliasesOfJava(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE key_store_entry ADD COLUMN is_from_java INTEGER NOT NULL DEFAULT 0;
                CREATE INDEX key_store_entry_without_case ON key_store_entry (alias COLLATE NOCASE);
                CREATE INDEX client_without_case ON client (id COLLATE NOCASE);
                """)
    }

    private static func countChanges(of table: String, _ db: Database) throws {
        for change in ["INSERT", "UPDATE", "DELETE"] {
            try db.execute(
                sql: """
                    CREATE TRIGGER \(table)_after_\(change.lowercased()) AFTER \(change) ON \(table)
                    BEGIN UPDATE client_revision SET revision = revision + 1; END;
                    """)
        }
    }
}
