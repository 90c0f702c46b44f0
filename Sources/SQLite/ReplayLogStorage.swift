import GRDB
import Store

/// A replay log in SQLite, with a row for each batch.
///
/// The upper half of a row's number is the slice, the lower half the batch's number in it. So a batch is appended to the end of the
/// table, and a slice is a range of rows.
struct SQLiteReplayStorage: ReplayLogStorage {
    /// The number of rows that one transaction removes: a claim waits for at most one such step.
    static let removalStep = 250
    private static let batchBits: Int64 = 32

    let db: Database
    /// The owner that writes; `nil` for a reader.
    var owner: ReplayLogOwner?

    static func firstRow(ofSlice number: Int64) -> Int64 { number << batchBits }

    func state() throws(StoreError) -> ReplayLogState {
        try StoreError.translating {
            guard let sweptUntil = try Int64.fetchOne(db, sql: "SELECT swept_until FROM replay_log") else {
                throw StoreError.corrupt("the table replay_log is empty")
            }
            let slices = try Row.fetchAll(db, sql: "SELECT * FROM replay_slice ORDER BY number").map { row in
                ReplaySlice(
                    number: row["number"], openedAt: UnixTime(milliseconds: row["opened_at"]),
                    latestExpiry: UnixTime(milliseconds: row["latest_expiry"]))
            }
            let first = Self.firstRow(ofSlice: slices.last?.number ?? 0)
            let lastRow = try Int64.fetchOne(
                db, sql: "SELECT max(number) FROM replay_batch WHERE number >= ?", arguments: [first])
            return ReplayLogState(
                slices: slices, batches: lastRow.map { $0 - first + 1 } ?? 0,
                sweptUntil: UnixTime(milliseconds: sweptUntil))
        }
    }

    /// Passes all records to `body`, a batch at a time.
    func read(_ body: (_ records: UnsafeRawBufferPointer, _ slice: Int64) throws -> Void) throws {
        let query = try RawStatement(db, "SELECT number, records FROM replay_batch ORDER BY number")
        defer { query.reset() }
        while try query.step() { try body(query.bytes(1), query.integer(0) >> Self.batchBits) }
    }

    func append(_ batch: ReplayBatch) throws(ReplayLogWriteError) {
        try write {
            if batch.sliceChanges { try save(batch.slice) }
            guard !batch.records.isEmpty else { return }
            let insertion = try RawStatement(db, "INSERT INTO replay_batch (number, records) VALUES (?1, ?2)")
            insertion.bind(Self.firstRow(ofSlice: batch.slice.number) + batch.number, at: 1)
            try batch.records.withUnsafeBytes { records in
                insertion.bind(records, at: 2)
                try insertion.run()
            }
        }
    }

    private func save(_ slice: ReplaySlice) throws {
        let upsert = try RawStatement(
            db,
            """
            INSERT INTO replay_slice (number, opened_at, latest_expiry) VALUES (?1, ?2, ?3)
            ON CONFLICT (number) DO UPDATE SET latest_expiry = max(latest_expiry, excluded.latest_expiry)
            """)
        upsert.bind(slice.number, at: 1)
        upsert.bind(slice.openedAt.milliseconds, at: 2)
        upsert.bind(slice.latestExpiry.milliseconds, at: 3)
        try upsert.run()
    }

    func removeStep(ofSlice number: Int64, sweptUntil: UnixTime) throws(ReplayLogWriteError) -> Bool {
        try write {
            let note = try RawStatement(db, "UPDATE replay_log SET swept_until = ?1 WHERE swept_until < ?1")
            note.bind(sweptUntil.milliseconds, at: 1)
            try note.run()
            let removal = try RawStatement(
                db,
                """
                DELETE FROM replay_batch WHERE number IN
                    (SELECT number FROM replay_batch WHERE number >= ?1 AND number < ?2
                     ORDER BY number LIMIT \(Self.removalStep))
                """)
            removal.bind(Self.firstRow(ofSlice: number), at: 1)
            removal.bind(Self.firstRow(ofSlice: number + 1), at: 2)
            guard try removal.run() < Self.removalStep else { return false }
            let slice = try RawStatement(db, "DELETE FROM replay_slice WHERE number = ?1")
            slice.bind(number, at: 1)
            try slice.run()
            return true
        }
    }

    private func write<Value>(_ body: () throws -> Value) throws(ReplayLogWriteError) -> Value {
        let value: Value
        do {
            try RawStatement(db, "BEGIN IMMEDIATE").run()
            guard try owner?.owns(db) == true else { throw ReplayLogOwner.OwnershipLost() }
            value = try body()
        } catch is ReplayLogOwner.OwnershipLost {
            try? db.rollBack()
            throw .takenOver(.unavailable(ReplayLogOwner.OwnershipLost.reason))
        } catch {
            try? db.rollBack()
            throw .rolledBack(StoreError(error))
        }
        do {
            try RawStatement(db, "COMMIT").run()
        } catch {
            try? db.rollBack()
            throw Self.isKnownToFail(error) ? .rolledBack(StoreError(error)) : .unknown(StoreError(error))
        }
        return value
    }

    /// Whether a commit with this error has certainly written nothing. The page that makes it valid is written last: if the disk is
    /// full, there is no commit. After an I/O error it may be on disk.
    private static func isKnownToFail(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return [.SQLITE_FULL, .SQLITE_BUSY, .SQLITE_READONLY].contains(error.resultCode)
    }
}
