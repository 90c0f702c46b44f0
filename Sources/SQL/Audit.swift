/// The audit log of one issuer.
struct SQLAudit: AuditLog {
    /// In the order of the values and of decoding. The numbers are only written: they stand for texts in indexes.
    static let columns = ColumnList([
        "is_proven", "number", "reference", "at", "client", "code", "endpoint", "remote_address", "trace",
        "client_number", "address_number", "endpoint_number",
    ])

    let database: any SQLDatabase
    let writer: AuditWriter

    func record(_ entry: AuditEntry) { writer.record(entry) }

    var dropped: Int { writer.dropped }

    func flush() async { await writer.flush() }

    /// Writes entries and removes the oldest beyond the capacity.
    static func add(_ entries: [AuditEntry], capacity: Int, _ database: any SQLDatabase) async throws(StoreError) {
        try await database.write { db in
            for isProven in [false, true] {
                let entries = entries.filter { $0.isProven == isProven }
                guard !entries.isEmpty else { continue }
                var number =
                    try db.first(
                        "SELECT coalesce(max(number), 0) FROM audit_entry WHERE issuer = $1 AND is_proven = $2",
                        [isProven]
                    ) { try $0.next(Int64.self) } ?? 0
                for entry in entries {
                    number += 1
                    // References are random; if two are equal, the later one counts.
                    try db.execute("DELETE FROM audit_entry WHERE issuer = $1 AND reference = $2", [entry.reference])
                    try db.execute(
                        "INSERT INTO audit_entry \(Self.columns.values)",
                        [
                            entry.isProven, number, entry.reference, entry.at, entry.clientID.map { Array($0.utf8) },
                            entry.code, entry.endpoint, entry.remoteAddress, entry.trace,
                            entry.clientID.map(AuditEntry.indexNumber), entry.remoteAddress.map(AuditEntry.indexNumber),
                            AuditEntry.indexNumber(of: entry.endpoint),
                        ])
                }
                try Self.removeOldest(
                    isProven, upTo: number - Int64(capacity), atMost: entries.count + Self.removalStep, db)
            }
        }
    }

    /// The most entries that a transaction removes beyond those that it adds, so that a smaller capacity delays no other write.
    private static let removalStep = 128

    private static func removeOldest(
        _ isProven: Bool, upTo last: Int64, atMost limit: Int, _ db: any SQLConnection
    ) throws {
        guard let oldest = try db.first(Self.oldest, [isProven], row: { try $0.next(Int64.self) }), oldest <= last
        else { return }
        try db.execute(Self.removal, [isProven, min(last, oldest + Int64(limit) - 1)])
    }

    static let oldest = "SELECT number FROM audit_entry WHERE issuer = $1 AND is_proven = $2 ORDER BY number LIMIT 1"
    static let removal = "DELETE FROM audit_entry WHERE issuer = $1 AND is_proven = $2 AND number <= $3"

    func entry(_ reference: Reference) async throws(StoreError) -> AuditEntry? {
        try await database.all(
            "SELECT \(Self.columns.names) FROM audit_entry WHERE issuer = $1 AND reference = $2", [reference],
            row: Self.entry
        ).first
    }

    func latest(_ limit: Int, onlyProven: Bool) async throws(StoreError) -> [AuditEntry] {
        try await database.read { db in
            func latest(isProven: Bool) throws -> [AuditEntry] {
                try db.all(
                    """
                    SELECT \(Self.columns.names) FROM audit_entry
                    WHERE issuer = $1 AND is_proven = $2 ORDER BY number DESC LIMIT $3
                    """, [isProven, limit], row: Self.entry)
            }
            let proven = try latest(isProven: true)
            let others = onlyProven ? [] : try latest(isProven: false)
            let half = limit - limit / 2
            let share = min(proven.count, max(half, limit - others.count))
            return (proven.prefix(share) + others.prefix(limit - share)).sorted { $0.at > $1.at }
        }
    }

    @Sendable
    static func entry(_ row: inout SQLRow) throws -> AuditEntry {
        let isProven = try row.next(Bool.self)
        _ = try row.next(Int64.self)
        return AuditEntry(
            reference: try row.next(), at: try row.next(), clientID: try row.nextFreeText(), isProven: isProven,
            code: try row.next(), endpoint: try row.next(), remoteAddress: try row.next(), trace: try row.next())
    }
}
