import GRDB

extension Database {
    /// Runs `body` in a transaction that has the write lock from its beginning, and commits it: all of it is durable, or nothing
    /// was done.
    ///
    /// GRDB's own transactions compile their statements each time; on the hot path that is a good part of a small batch.
    func immediately<Value>(_ body: () throws -> Value) throws -> Value {
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

    /// Ends the transaction without a trace. SQLite has rolled back already after some errors.
    func rollBack() throws {
        if isInsideTransaction { try RawStatement(self, "ROLLBACK").run() }
    }
}
