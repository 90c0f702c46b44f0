import GRDB
import GRDBSQLite
import SQL

/// A connection of SQLite within a transaction.
struct SQLiteConnection: SQLConnection {
    let database: Database
    let issuer: IssuerNumber
    let context: ChangeContext

    func run(_ sql: String, _ values: [any SQLConvertible], _ body: (inout SQLRow) throws -> Bool) throws -> Int {
        let statement = try RawStatement(database, sql)
        defer { statement.reset() }
        try statement.bind(.integer(Int64(issuer.rawValue)), to: "$1")
        for (index, value) in values.enumerated() { try statement.bind(value.sqlValue, to: "$\(index + 2)") }
        let columns = 0..<statement.columnCount
        let columnName = statement.columnName
        while try statement.step() {
            var row = SQLRow(columns.map(statement.value), columnName: columnName)
            guard try body(&row) else { break }
        }
        return Int(sqlite3_changes(database.sqliteConnection))
    }
}

extension RawStatement {
    /// Tells SQLite to copy a bound text or blob (`SQLITE_TRANSIENT`).
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    fileprivate func bind(_ value: SQLValue, to parameter: String) throws {
        let index = sqlite3_bind_parameter_index(statement, parameter)
        let code =
            switch value {
            case .null: sqlite3_bind_null(statement, index)
            case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
            case .text(let text): sqlite3_bind_text(statement, index, text, Int32(text.utf8.count), Self.copied)
            case .bytes(let bytes) where bytes.isEmpty: sqlite3_bind_zeroblob(statement, index, 0)
            case .bytes(let bytes): sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), Self.copied)
            }
        guard code == SQLITE_OK else {
            throw StoreError.unavailable("the parameter \(parameter) could not be bound: SQLite result code \(code)")
        }
    }

    fileprivate var columnCount: Int32 { sqlite3_column_count(statement) }

    fileprivate func columnName(_ column: Int) -> String {
        sqlite3_column_name(statement, Int32(column)).map { String(cString: $0) } ?? "column \(column)"
    }

    fileprivate func value(_ column: Int32) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_TEXT: .text(String(decoding: bytes(column), as: UTF8.self))
        case SQLITE_BLOB: .bytes(Array(bytes(column)))
        default: .null
        }
    }
}
