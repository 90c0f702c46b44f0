import GRDB

extension Migrations {
    /// The server's own keys, sealed under the master key.
    static func createSigningKeys(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE signing_key (
                    number INTEGER PRIMARY KEY,
                    key_id TEXT NOT NULL UNIQUE,
                    algorithm TEXT NOT NULL,
                    sealed BLOB NOT NULL,
                    created_at INTEGER NOT NULL
                ) STRICT;
                """)
    }

    /// The keys that opaque tokens are sealed under, sealed under the master key. A table of their own: an earlier version that is
    /// started again finds among the signing keys only what it knows.
    static func createSealingKeys(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE sealing_key (
                    number INTEGER PRIMARY KEY,
                    sealed BLOB NOT NULL,
                    created_at INTEGER NOT NULL
                ) STRICT;
                """)
    }
}
