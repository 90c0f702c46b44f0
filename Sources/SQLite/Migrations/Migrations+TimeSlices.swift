import GRDB

extension Migrations {
    /// What expires lies in slices, so that it can be removed without an index on its expiry: the slices of each kind, when
    /// each was opened and when the last of its rows expires. Times are milliseconds since 1970.
    static func createTimeSlices(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE time_slice (
                    kind INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    opened_at INTEGER NOT NULL,
                    latest_expiry INTEGER NOT NULL,
                    PRIMARY KEY (kind, number)
                ) STRICT, WITHOUT ROWID;
                """)
    }

    /// Which `jti` was used by which client. Client and digest stay apart, and the client is named, not numbered: a client that
    /// is removed and registered again finds its used `jti`s used.
    static func createUsedJTIs(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE used_jti (
                    slice INTEGER NOT NULL,
                    client TEXT NOT NULL,
                    digest BLOB NOT NULL,
                    PRIMARY KEY (slice, client, digest)
                ) STRICT, WITHOUT ROWID;
                """)
    }

    /// Opaque access tokens, by digest.
    static func createAccessTokens(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE access_token (
                    slice INTEGER NOT NULL,
                    digest BLOB NOT NULL,
                    client TEXT NOT NULL,
                    scope TEXT NOT NULL,
                    audience TEXT NOT NULL,
                    issued_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    PRIMARY KEY (slice, digest)
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
