import Countersign
import CountersignJOSE
import GRDB
import Store

/// A client's key as a row of the table `client_key`.
enum KeyRow {
    /// The columns that are written; `number` is given by the database.
    private static let columns = ColumnList(
        ["client", "jwk", "added_at"] + CertificateColumns.names + KeyStatusColumns.names)

    static func insert(_ keys: [KeyRecord], of client: Int64, _ db: Database) throws {
        let insertion = try db.cachedStatement(
            sql: "INSERT INTO client_key (\(columns.names)) VALUES (\(columns.placeholders))")
        for key in keys {
            let values: [(any DatabaseValueConvertible)?] = [client, StoredJWK.text(key.jwk), key.addedAt.milliseconds]
            try insertion.execute(
                arguments: StatementArguments(
                    values + CertificateColumns.values(key.certificate) + KeyStatusColumns.values(key.status)))
        }
    }

    static func keys(of client: Int64, _ db: Database) throws -> [KeyRecord] {
        let query = try db.cachedStatement(sql: "SELECT * FROM client_key WHERE client = ? ORDER BY number")
        return try Row.fetchAll(query, arguments: [client]).map(key)
    }

    /// Gives a client the keys it is to have. Those that stay are not written.
    ///
    /// - Parameter id: names the client in the error.
    static func replace(of client: Int64, with keys: [KeyRecord], id: ClientID, _ db: Database) throws {
        let known = try Int64.fetchSet(
            db.cachedStatement(sql: "SELECT number FROM client_key WHERE client = ?"), arguments: [client])
        let kept = Set(keys.compactMap(\.number))
        if let gone = kept.subtracting(known).min() { throw notFound(gone, of: id) }
        let removal = try db.cachedStatement(sql: "DELETE FROM client_key WHERE number = ?")
        for number in known.subtracting(kept) { try removal.execute(arguments: [number]) }
        try insert(keys.filter { $0.number == nil }, of: client, db)
    }

    /// Changes a key's status, unless it was revoked.
    static func setStatus(
        _ status: KeyAvailability, _ number: Int64, of client: Int64, id: ClientID, _ db: Database
    ) throws {
        let query = try db.cachedStatement(
            sql: "SELECT number, status, status_time FROM client_key WHERE number = ? AND client = ?")
        guard let row = try Row.fetchOne(query, arguments: [number, client]) else { throw notFound(number, of: id) }
        switch (try KeyStatusColumns.status(row), status) {
        case (.revoked, .revoked): return
        case (.revoked, .active), (.revoked, .retiring):
            throw StoreError.invalid(
                "Key \(number) of client '\(id)' was revoked and stays so; to use it after all, remove it and register it again"
            )
        case (.active, _), (.retiring, _):
            let update = try db.cachedStatement(
                sql: "UPDATE client_key SET status = ?, status_time = ? WHERE number = ?")
            try update.execute(arguments: StatementArguments(KeyStatusColumns.values(status)) + [number])
        }
    }

    static func notFound(_ number: Int64, of id: ClientID) -> StoreError {
        .notFound("Key \(number) of client '\(id)'")
    }

    private static func key(_ row: Row) throws -> KeyRecord {
        let number: Int64 = row["number"]
        return KeyRecord(
            number: number, jwk: try StoredJWK.read(row["jwk"], of: "client key \(number)"),
            certificate: CertificateColumns.certificate(row), status: try KeyStatusColumns.status(row),
            addedAt: UnixTime(milliseconds: row["added_at"]))
    }
}
