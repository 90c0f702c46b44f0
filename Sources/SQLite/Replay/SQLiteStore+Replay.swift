import Countersign
import GRDB
import Store

extension SQLiteStore {
    /// Claims an assertion's `jti` (rule 24). Only a server can: it alone has the index of what was used.
    package func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict {
        guard let claims else { throw StoreUnavailable("the store was opened for administration, not by a server") }
        do {
            return try await claims.write(ReplayRecord(claim))
        } catch {
            throw error.asUnavailable
        }
    }

    /// How many transactions claims took so far, and how many claims they had.
    package var commitCounts: CommitCounts { claims?.commitCounts ?? CommitCounts() }

    /// What the replay log in the database holds, whoever serves from it.
    package func replayLogFacts() async throws(StoreError) -> ReplayLogFacts {
        try await read { db in
            let storage = SQLiteReplayStorage(db: db)
            let bytes = try Int.fetchOne(db, sql: "SELECT total(length(records)) FROM replay_batch WHERE number >= 0")
            return ReplayLogFacts(
                claims: (bytes ?? 0) / ReplayRecord.length, sweptUntil: try storage.state().sweptUntil)
        }
    }

    /// Removes one step of one expired slice of used `jti`s, in one transaction.
    ///
    /// - Returns: whether there was anything to remove.
    package func sweepStep() async throws(StoreError) -> Bool {
        guard let replayLog else { return false }
        do {
            return try await pool.writeWithoutTransaction { db in try replayLog.sweepStep(db) }
        } catch {
            throw StoreError(error)
        }
    }
}
