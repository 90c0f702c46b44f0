import GRDB
import Store

struct SQLiteAudit: AuditLog {
    let store: SQLiteStore

    /// Takes an entry, to be written soon.
    func record(_ entry: AuditEntry) {
        store.auditWriter.record(entry)
    }

    /// Entries that came faster than they could be written, or while the database could not be written.
    var dropped: Int { store.auditWriter.dropped }

    /// Waits until every entry taken so far is written or given up.
    func flush() async {
        await store.auditWriter.flush()
    }

    /// The entry of a reference.
    func entry(_ reference: String) async throws(StoreError) -> AuditEntry? {
        let reference = TypedReference.normalized(reference)
        return try await store.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM audit_entry WHERE reference = ?", arguments: [reference])
                .map(AuditRow.entry)
        }
    }

    /// The latest entries of both kinds, the newest first: a half each, and more of one kind where there are not enough of the other.
    func latest(
        _ limit: Int, onlyProven: Bool
    ) async throws(StoreError) -> [AuditEntry] {
        try await store.read { db in
            let query = try db.cachedStatement(
                sql: "SELECT * FROM audit_entry WHERE is_proven = ? ORDER BY number DESC LIMIT ?")
            let proven = try Row.fetchAll(query, arguments: [true, limit])
            let others = onlyProven ? [] : try Row.fetchAll(query, arguments: [false, limit])
            let half = limit - limit / 2
            let share = min(proven.count, max(half, limit - others.count))
            let entries = proven.prefix(share) + others.prefix(limit - share)
            return entries.map(AuditRow.entry).sorted { $0.at > $1.at }
        }
    }
}
