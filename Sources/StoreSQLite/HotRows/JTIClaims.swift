import Countersign
import CountersignStore
import GRDB

/// Claims `jti`s within a transaction that has the write lock: there is no moment between looking and writing.
struct JTIClaims {
    private let db: Database
    private let now: UnixTime
    private var slice: TimeSlice
    /// Looks through the older slices; `nil` where there are none.
    private let earlierUse: RawStatement?
    private let insertion: RawStatement

    init(_ db: Database, at now: UnixTime, sliceLength: Duration) throws {
        self.db = db
        self.now = now
        let (slice, hasOlder) = try TimeSlice.current(.usedJTI, db, at: now, length: sliceLength)
        self.slice = slice
        earlierUse =
            hasOlder
            ? try RawStatement(
                db,
                """
                SELECT 1 FROM time_slice CROSS JOIN used_jti ON slice = time_slice.number AND client = ?2 AND digest = ?3
                WHERE kind = \(TimeSlice.Kind.usedJTI.rawValue) AND number < ?1 LIMIT 1
                """) : nil
        insertion = try RawStatement(db, "INSERT OR IGNORE INTO used_jti (slice, client, digest) VALUES (?1, ?2, ?3)")
    }

    /// The row's key decides: of two equal claims in one batch the first is the first use.
    mutating func claim(_ claim: ReplayClaim) throws -> Result<ReplayVerdict, StoreError> {
        // The slice of an earlier use may be gone by now, so nobody can say whether there was one.
        guard now < claim.expiry + TimeSlice.grace else {
            return .failure(.unavailable("the assertion expired while its claim waited"))
        }
        var client = claim.client.text
        let isFirst = try client.withUTF8 { client in
            try claim.digest.withUnsafeBytes { digest in
                if let earlierUse {
                    defer { earlierUse.reset() }
                    bind(client, digest, to: earlierUse)
                    if try earlierUse.step() { return false }
                }
                bind(client, digest, to: insertion)
                return try insertion.run() == 1
            }
        }
        guard isFirst else { return .success(.replayed) }
        try slice.keep(until: claim.expiry, db)
        return .success(.firstUse)
    }

    private func bind(
        _ client: UnsafeBufferPointer<UInt8>, _ digest: UnsafeRawBufferPointer, to statement: RawStatement
    ) {
        statement.bind(slice.number, at: 1)
        statement.bind(text: client, at: 2)
        statement.bind(digest, at: 3)
    }
}
