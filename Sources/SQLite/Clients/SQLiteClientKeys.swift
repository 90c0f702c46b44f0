import Countersign
import GRDB
import Store

struct SQLiteClientKeys: ClientKeyStore {
    let store: SQLiteStore

    /// Adds one key.
    func add(_ key: KeyRecord, to id: ClientID) async throws(StoreError) {
        try await store.change { db in
            try KeyRow.insert([key], of: try SQLiteClients.number(of: id, db), db)
        }
    }

    /// Removes one key.
    func remove(_ number: Int64, of id: ClientID) async throws(StoreError) {
        try await store.change { db in
            try db.execute(
                sql: "DELETE FROM client_key WHERE number = ? AND client = ?",
                arguments: [number, try SQLiteClients.number(of: id, db)])
            guard db.changesCount == 1 else { throw KeyRow.notFound(number, of: id) }
        }
    }

    /// Lets a key be used, lets it retire, or revokes it.
    func setStatus(_ status: KeyAvailability, number: Int64, of id: ClientID) async throws(StoreError) {
        try await store.change { db in
            try KeyRow.setStatus(status, number, of: try SQLiteClients.number(of: id, db), id: id, db)
        }
    }
}
