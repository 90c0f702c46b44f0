import Countersign
import Foundation
import GRDB
import Store

struct SQLiteSealingKeys: SealingKeyStore {
    let store: SQLiteStore

    /// All keys that opaque tokens are sealed under, by their numbers.
    func all() async throws(StoreError) -> [SealingKeyRecord] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT number, sealed, created_at FROM sealing_key ORDER BY number").map { row in
                guard let number = UInt32(exactly: row["number"] as Int64) else {
                    throw StoreError.corrupt("a sealing key has the impossible number \(row["number"] as Int64)")
                }
                return SealingKeyRecord(
                    number: number, sealed: Array(row["sealed"] as Data),
                    createdAt: UnixTime(milliseconds: row["created_at"]))
            }
        }
    }

    /// Keeps a sealing key.
    func add(_ key: SealingKeyRecord) async throws(StoreError) {
        try await store.write { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO sealing_key (number, sealed, created_at) VALUES (?, ?, ?)",
                arguments: [Int64(key.number), Data(key.sealed), key.createdAt.milliseconds])
            guard db.changesCount == 1 else { throw StoreError.conflict("A sealing key of the number \(key.number)") }
        }
    }

    /// Removes a sealing key.
    func remove(_ number: UInt32) async throws(StoreError) {
        try await store.write { db in
            try db.execute(sql: "DELETE FROM sealing_key WHERE number = ?", arguments: [Int64(number)])
        }
    }
}
