import GRDB
import Store

extension StoreError {
    /// Translates an error of SQLite or GRDB.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error)
        case is CancellationError: self = .unavailable("the request was cancelled")
        case let error as RowDecodingError: self = .corrupt(error.description)
        default: self = .unavailable("\(error)")
        }
    }

    /// Runs `body` and translates its errors.
    static func translating<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(error)
        }
    }

    /// Runs `body` and translates its errors.
    static func translatingAsync<Value>(_ body: () async throws -> Value) async throws(StoreError) -> Value {
        do {
            return try await body()
        } catch {
            throw StoreError(error)
        }
    }

    /// Result codes: https://www.sqlite.org/rescode.html
    init(_ error: DatabaseError) {
        let message = error.message ?? "SQLite result code \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .unavailable(Self.locked)
        case .SQLITE_FULL: self = .unavailable(Self.fullDisk)
        case .SQLITE_READONLY: self = .unavailable("the database is read-only")
        case .SQLITE_CANTOPEN: self = .unavailable("the database cannot be opened: \(message)")
        case .SQLITE_IOERR: self = .unavailable("the disk reported an error: \(message)")
        case .SQLITE_INTERRUPT, .SQLITE_ABORT: self = .unavailable("the request was cancelled")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(message)
        default: self = .unavailable(message)
        }
    }
}
