import Countersign
import Foundation
import GRDB
import Store

/// A key set that was read from a URL as a row of the table `remote_key_set`.
enum RemoteKeySetRow {
    /// How far a clock of another node may be ahead. An attempt noted later than that was noted by a wrong clock.
    static let clockDifference: Duration = .seconds(60)

    /// The columns that are written.
    private static let columns = ColumnList([
        "url", "body", "etag", "fetched_at", "expires_at", "attempted_at", "next_attempt_at", "failures", "problem",
    ])

    static func record(_ row: Row) -> RemoteKeySetRecord {
        func text(_ column: String) -> String? {
            (row[column] as Data?).map { String(decoding: $0, as: UTF8.self) }
        }
        func time(_ column: String) -> UnixTime? {
            (row[column] as Int64?).map { UnixTime(milliseconds: $0) }
        }
        return RemoteKeySetRecord(
            url: row["url"], body: Array(row["body"] as Data), etag: text("etag"), fetchedAt: time("fetched_at"),
            expiresAt: time("expires_at"), attemptedAt: UnixTime(milliseconds: row["attempted_at"]),
            nextAttemptAt: UnixTime(milliseconds: row["next_attempt_at"]), failures: row["failures"],
            problem: text("problem"))
    }

    /// Writes a record, unless a later attempt has begun.
    ///
    /// - Returns: the record in force.
    static func save(_ record: RemoteKeySetRecord, _ db: Database) throws -> RemoteKeySetRecord {
        let upsert = try db.cachedStatement(
            sql: """
                INSERT INTO remote_key_set (\(columns.names)) VALUES (\(columns.placeholders))
                ON CONFLICT (url) DO UPDATE SET \(columns.replacements) WHERE excluded.attempted_at >= attempted_at
                """)
        let values: [(any DatabaseValueConvertible)?] = [
            record.url, Data(record.body), record.etag.map { Data($0.utf8) }, record.fetchedAt?.milliseconds,
            record.expiresAt?.milliseconds, record.attemptedAt.milliseconds, record.nextAttemptAt.milliseconds,
            record.failures, record.problem.map { Data($0.utf8) },
        ]
        try upsert.execute(arguments: StatementArguments(values))
        if db.changesCount == 1 { return record }
        return try find(record.url, db) ?? record
    }

    static func find(_ url: String, _ db: Database) throws -> RemoteKeySetRecord? {
        let query = try db.cachedStatement(sql: "SELECT * FROM remote_key_set WHERE url = ?")
        return try Row.fetchOne(query, arguments: [url]).map(record)
    }

    /// Takes the lease. One statement: there is no moment between looking and writing.
    ///
    /// - Returns: the claimed record, or `nil` if another node has the lease.
    static func claim(
        _ url: String, for reason: RefreshReason, at now: UnixTime, lease: Duration, _ db: Database
    ) throws -> RemoteKeySetRecord? {
        let (column, latest) =
            switch reason {
            case .due: ("next_attempt_at", now)
            case .unknownKey(let coolDown): ("attempted_at", now - coolDown)
            }
        let claim = try db.cachedStatement(
            sql: """
                INSERT INTO remote_key_set (url, attempted_at, next_attempt_at) VALUES (?1, ?2, ?3)
                ON CONFLICT (url) DO UPDATE SET attempted_at = ?2, next_attempt_at = ?3
                WHERE \(column) <= ?4 OR attempted_at > ?5
                RETURNING *
                """)
        return try Row.fetchOne(
            claim,
            arguments: [
                url, now.milliseconds, (now + lease).milliseconds, latest.milliseconds,
                (now + clockDifference).milliseconds,
            ]
        ).map(record)
    }
}
