import GRDB
import GRDBSQLite

/// A compiled statement, used through SQLite's C interface.
///
/// GRDB boxes and copies each argument; on the path of a claim that costs more than the insertion itself. Here arguments are
/// bound without a copy: a blob must outlive `step`, which the closures of `withUnsafeBytes` ensure.
struct RawStatement {
    private let database: Database
    /// Keeps the compiled statement alive; GRDB owns it.
    private let owner: Statement
    var statement: OpaquePointer { owner.sqliteStatement }

    /// Compiles `sql`, or takes it from the connection's cache.
    init(_ database: Database, _ sql: String) throws {
        self.database = database
        owner = try database.cachedStatement(sql: sql)
    }

    /// - Parameter index: the parameter's index, from 1.
    func bind(_ value: Int64, at index: Int32) {
        sqlite3_bind_int64(statement, index, value)
    }

    /// Binds bytes that must stay valid and in place until the statement has been stepped.
    func bind(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
        sqlite3_bind_blob(statement, index, bytes.baseAddress, Int32(bytes.count), nil)
    }

    /// Returns the integer in a column, from 0, of the current row.
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// Returns the blob in a column, from 0, of the current row. It is valid until the next step.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        // In this order: the pointer may move if the length is read first.
        let start = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    /// - Returns: whether a row is available.
    func step() throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(database.sqliteConnection)),
                message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
            reset()
            throw error
        }
    }

    /// Prepares the statement for other arguments, and clears the pointers to the former ones.
    func reset() {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    /// Runs a statement without result rows.
    ///
    /// - Returns: the number of changed rows.
    @discardableResult
    func run() throws -> Int {
        defer { reset() }
        _ = try step()
        return Int(sqlite3_changes(database.sqliteConnection))
    }
}
