import Countersign
import Foundation
import GRDB
import Store

extension Migrations {
    /// The replay log: slices, a row for each batch of used `jti`s, how far the log was cleared, and which server writes it.
    ///
    /// What was used under the earlier tables stays used, until its slice expires.
    static func createReplayLog(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE replay_slice (
                    number INTEGER PRIMARY KEY,
                    opened_at INTEGER NOT NULL,
                    latest_expiry INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE replay_batch (
                    number INTEGER PRIMARY KEY,
                    records BLOB NOT NULL
                ) STRICT;
                CREATE TABLE replay_log (swept_until INTEGER NOT NULL, owner BLOB NOT NULL DEFAULT x'') STRICT;
                """)
        try db.execute(
            sql: "INSERT INTO replay_log (swept_until) VALUES (?)", arguments: [UnixTime.distantPast.milliseconds])
        try carryOverUsedJTIs(db)
        try db.execute(sql: "DROP TABLE used_jti; DELETE FROM time_slice WHERE kind = 1;")
    }

    /// Opaque tokens are sealed and no longer kept, so nothing lies in slices of the old kind any more.
    static func dropAccessTokens(_ db: Database) throws {
        try db.execute(sql: "DROP TABLE access_token; DROP TABLE time_slice;")
    }

    private static func carryOverUsedJTIs(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO replay_slice SELECT number, opened_at, latest_expiry FROM time_slice WHERE kind = 1
                """)
        let perRow = 1024
        let insertion = try db.makeStatement(sql: "INSERT INTO replay_batch (number, records) VALUES (?, ?)")
        for slice in try Int64.fetchAll(db, sql: "SELECT number FROM replay_slice ORDER BY number") {
            let used = try RawStatement(db, "SELECT client, digest FROM used_jti WHERE slice = ?1")
            used.bind(slice, at: 1)
            defer { used.reset() }
            var number = SQLiteReplayStorage.firstRow(ofSlice: slice)
            var records: [UInt8] = []
            func write() throws {
                guard !records.isEmpty else { return }
                try insertion.execute(arguments: [number, Data(records)])
                number += 1
                records.removeAll(keepingCapacity: true)
            }
            while try used.step() {
                // The slice has the expiry.
                ReplayRecord(client: used.bytes(0), digest: used.bytes(1), expiry: .distantPast).append(to: &records)
                if records.count == perRow * ReplayRecord.length { try write() }
            }
            try write()
        }
    }
}
