import GRDB

extension Migrations {
    /// Refused requests. Those of callers who proved a key are numbered apart from the others; what is too old is a range of
    /// numbers.
    static func createAuditEntries(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE audit_entry (
                    is_proven INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    reference TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    client BLOB,
                    code TEXT NOT NULL,
                    endpoint TEXT NOT NULL,
                    remote_address TEXT,
                    trace TEXT NOT NULL,
                    PRIMARY KEY (is_proven, number)
                ) STRICT, WITHOUT ROWID;
                CREATE UNIQUE INDEX audit_entry_by_reference ON audit_entry (reference);
                """)
    }
}
