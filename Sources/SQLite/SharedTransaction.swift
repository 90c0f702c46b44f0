import GRDB
import Store

extension Database {
    typealias Write = @Sendable (Database) throws -> Void

    /// Runs several writes in one transaction. If one throws, all are run again, each with a savepoint, so that only its own changes are
    /// undone. The first attempt has none, because with savepoints SQLite copies each page that is changed.
    func inSharedTransaction(_ writes: [Write]) throws -> [Result<Void, StoreError>] {
        var hasFailedWrite = false
        do {
            return try inImmediateTransaction {
                try writes.map { write in
                    do {
                        try write(self)
                        return .success(())
                    } catch {
                        // A full disk, for example, has ended the whole transaction.
                        hasFailedWrite = isInsideTransaction
                        throw error
                    }
                }
            }
        } catch  where hasFailedWrite && writes.count > 1 {
            return try inImmediateTransaction { try writes.map(outcome) }
        }
    }

    /// Runs a write and undoes its changes if it throws.
    ///
    /// - Throws: an error that has ended the transaction.
    private func outcome(_ write: Write) throws -> Result<Void, StoreError> {
        try RawStatement(self, "SAVEPOINT write").run()
        let outcome: Result<Void, StoreError>
        do {
            try write(self)
            outcome = .success(())
        } catch {
            guard isInsideTransaction else { throw error }
            try RawStatement(self, "ROLLBACK TO write").run()
            outcome = .failure(StoreError(error))
        }
        try RawStatement(self, "RELEASE write").run()
        return outcome
    }
}
