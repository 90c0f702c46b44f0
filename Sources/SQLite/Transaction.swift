import GRDB
import Store

extension Database {
    /// Runs `body` in a transaction that has the write lock from its beginning, and commits it: all of it is durable, or nothing is.
    ///
    /// GRDB's own transactions compile their statements each time, which takes a large part of the time of a small batch.
    func inImmediateTransaction<Value>(_ body: () throws -> Value) throws -> Value {
        try RawStatement(self, "BEGIN IMMEDIATE").run()
        do {
            let value = try body()
            try RawStatement(self, "COMMIT").run()
            return value
        } catch {
            try rollBack()
            throw error
        }
    }

    /// Rolls back the transaction, unless SQLite has already done so because of an error.
    func rollBack() throws {
        if isInsideTransaction { try RawStatement(self, "ROLLBACK").run() }
    }

    /// Runs several writes in one transaction. If one throws, all are run again, each with a savepoint, so that only its own changes are
    /// undone. The first attempt has none, because with them SQLite copies each page that is changed.
    func inSharedTransaction(
        _ writes: [@Sendable (Database) throws -> Void]
    ) throws -> [Result<Void, StoreError>] {
        do {
            return try inImmediateTransaction { try writes.map { .success(try $0(self)) } }
        } catch  where writes.count > 1 {
            return try inImmediateTransaction {
                try writes.map { write in
                    do {
                        try inRawSavepoint { try write(self) }
                        return .success(())
                    } catch {
                        // A full disk, for example, ends the whole transaction.
                        guard isInsideTransaction else { throw error }
                        return .failure(StoreError(error))
                    }
                }
            }
        }
    }

    private func inRawSavepoint(_ body: () throws -> Void) throws {
        try RawStatement(self, "SAVEPOINT write").run()
        do {
            try body()
        } catch {
            if isInsideTransaction {
                try RawStatement(self, "ROLLBACK TO write").run()
                try RawStatement(self, "RELEASE write").run()
            }
            throw error
        }
        try RawStatement(self, "RELEASE write").run()
    }
}
