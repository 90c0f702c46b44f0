import Countersign
import CountersignStore
import GRDB

extension SQLiteStore {
    /// How many rows one transaction removes: a claim waits behind one such step at most.
    static let sweepStep = 1000

    /// Removes one step of one expired slice, in one transaction.
    ///
    /// The slice that takes new rows is never touched, and whether another has expired is looked up under the write lock.
    ///
    /// - Returns: whether there was anything to remove.
    public func sweepStep() async throws(StoreError) -> Bool {
        let kept = clock() - TimeSlice.grace
        return try await write { db in
            for kind in TimeSlice.Kind.allCases {
                let number = try Int64.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT number FROM time_slice
                            WHERE kind = ?1 AND latest_expiry <= ?2
                                AND number < (SELECT max(number) FROM time_slice WHERE kind = ?1)
                            ORDER BY number LIMIT 1
                            """), arguments: [kind.rawValue, kept.milliseconds])
                guard let number else { continue }
                try Self.removeStep(of: number, kind, db)
                return true
            }
            return false
        }
    }

    private static func removeStep(of number: Int64, _ kind: TimeSlice.Kind, _ db: Database) throws {
        let key = kind.key.joined(separator: ", ")
        let removal = try db.cachedStatement(
            sql: """
                DELETE FROM \(kind.table) WHERE slice = ?1 AND (\(key)) IN
                    (SELECT \(key) FROM \(kind.table) WHERE slice = ?1 ORDER BY \(key) LIMIT \(sweepStep))
                """)
        try removal.execute(arguments: [number])
        guard db.changesCount < sweepStep else { return }
        try db.execute(
            sql: "DELETE FROM time_slice WHERE kind = ? AND number = ?", arguments: [kind.rawValue, number])
    }
}
