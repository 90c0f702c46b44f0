import CountersignStore
import GRDB

extension SQLiteStore {
    /// Takes an entry, to be written soon.
    public func record(_ entry: AuditEntry) {
        auditWriter.record(entry)
    }

    /// Entries that came faster than they could be written, or while the database could not be written.
    public var droppedAuditEntries: Int { auditWriter.dropped }

    /// Waits until every entry taken so far is written or given up.
    public func flushAudit() async {
        await auditWriter.flush()
    }

    /// The entry of a reference.
    public func auditEntry(_ reference: String) async throws(StoreError) -> AuditEntry? {
        let reference = TypedReference.normalized(reference)
        return try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM audit_entry WHERE reference = ?", arguments: [reference])
                .map(AuditRow.entry)
        }
    }

    /// The latest entries, the newest first.
    public func latestAuditEntries(_ limit: Int) async throws(StoreError) -> [AuditEntry] {
        try await read { db in
            let query = try db.cachedStatement(
                sql: "SELECT * FROM audit_entry WHERE is_proven = ? ORDER BY number DESC LIMIT ?")
            let entries = try [true, false].flatMap { try Row.fetchAll(query, arguments: [$0, limit]) }
            return Array(entries.map(AuditRow.entry).sorted { $0.at > $1.at }.prefix(limit))
        }
    }
}
