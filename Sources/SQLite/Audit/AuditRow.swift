import Countersign
import Foundation
import GRDB
import Store

/// A refused request as a row of the table `audit_entry`.
enum AuditRow {
    /// Writes entries, and removes those that have become too many.
    static func insert(_ entries: [AuditEntry], capacity: Int, _ db: Database) throws {
        for isProven in [false, true] {
            let entries = entries.filter { $0.isProven == isProven }
            guard !entries.isEmpty else { continue }
            let latest = try db.cachedStatement(sql: "SELECT max(number) FROM audit_entry WHERE is_proven = ?")
            var number = try Int64.fetchOne(latest, arguments: [isProven]) ?? 0
            let insertion = try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO audit_entry
                        (is_proven, number, reference, at, client, code, endpoint, remote_address, trace)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            for entry in entries {
                number += 1
                let values: [(any DatabaseValueConvertible)?] = [
                    entry.isProven, number, entry.reference, entry.at.milliseconds,
                    // What a caller claims may hold any character, NUL among them; TEXT would end there.
                    entry.clientID.map { Data($0.utf8) }, entry.code, entry.endpoint, entry.remoteAddress, entry.trace,
                ]
                try insertion.execute(arguments: StatementArguments(values))
            }
            let removal = try db.cachedStatement(sql: "DELETE FROM audit_entry WHERE is_proven = ? AND number <= ?")
            try removal.execute(arguments: [isProven, number - Int64(capacity)])
        }
    }

    static func entry(_ row: Row) -> AuditEntry {
        AuditEntry(
            reference: row["reference"], at: UnixTime(milliseconds: row["at"]),
            clientID: (row["client"] as Data?).map { String(decoding: $0, as: UTF8.self) }, isProven: row["is_proven"],
            code: row["code"], endpoint: row["endpoint"], remoteAddress: row["remote_address"], trace: row["trace"])
    }
}
