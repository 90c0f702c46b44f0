import GRDB

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
}
