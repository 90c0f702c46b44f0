import Countersign
import CountersignJOSE
import Foundation
import GRDB
import Store

struct SQLiteSigningKeys: SigningKeyStore {
    let store: SQLiteStore

    /// All signing keys, the oldest first.
    func all() async throws(StoreError) -> [SigningKeyRecord] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM signing_key ORDER BY created_at, number").map { row in
                let name: String = row["algorithm"]
                guard let algorithm = SignatureAlgorithm(name: ExactString(name)) else {
                    throw StoreError.corrupt("a signing key is for the unknown algorithm '\(name)'")
                }
                return SigningKeyRecord(
                    keyID: ExactString(row["key_id"] as String), algorithm: algorithm,
                    sealed: Array(row["sealed"] as Data), createdAt: UnixTime(milliseconds: row["created_at"]))
            }
        }
    }

    /// Keeps a signing key.
    func add(_ key: SigningKeyRecord) async throws(StoreError) {
        try await store.write { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO signing_key (key_id, algorithm, sealed, created_at) VALUES (?, ?, ?, ?)",
                arguments: [key.keyID.text, key.algorithm.name, Data(key.sealed), key.createdAt.milliseconds])
            guard db.changesCount == 1 else { throw StoreError.conflict("A signing key '\(key.keyID.text)'") }
        }
    }
}
