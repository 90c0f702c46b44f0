import Countersign
import GRDB

/// A span of time whose rows are written together and removed together.
///
/// A slice takes new rows for a while and is then closed. Once the latest expiry in it has passed it is removed, in steps. No
/// index on the expiry is kept, which would cost a good part of each insertion.
struct TimeSlice {
    /// What the rows are. The numbers stand in the database.
    enum Kind: Int64, CaseIterable {
        case usedJTI = 1
        case accessToken = 2

        /// The table that has the rows.
        var table: String {
            switch self {
            case .usedJTI: "used_jti"
            case .accessToken: "access_token"
            }
        }

        /// The columns of its key after the slice.
        var key: [String] {
            switch self {
            case .usedJTI: ["client", "digest"]
            case .accessToken: ["digest"]
            }
        }
    }

    /// How long a slice is kept after its latest expiry. Whoever decides about a row does so well before that: a request that was
    /// verified in the last moment of an assertion finds the slice still there.
    static let grace: Duration = .seconds(60)

    let kind: Kind
    let number: Int64
    let openedAt: UnixTime
    /// At or after the expiry of each row.
    private(set) var latestExpiry: UnixTime

    /// The slice that takes new rows at `now`; a new one where there is none or the last one has been open for its length.
    ///
    /// - Returns: the slice, and whether there are older ones.
    static func current(
        _ kind: Kind, _ db: Database, at now: UnixTime, length: Duration
    ) throws -> (slice: TimeSlice, hasOlder: Bool) {
        let latest = try RawStatement(
            db, "SELECT number, opened_at, latest_expiry FROM time_slice WHERE kind = ?1 ORDER BY number DESC LIMIT 2")
        latest.bind(kind.rawValue, at: 1)
        defer { latest.reset() }
        guard try latest.step() else {
            return (try open(kind, number: 1, db, at: now), false)
        }
        let slice = TimeSlice(
            kind: kind, number: latest.integer(0), openedAt: UnixTime(milliseconds: latest.integer(1)),
            latestExpiry: UnixTime(milliseconds: latest.integer(2)))
        guard now < slice.openedAt + length else {
            return (try open(kind, number: slice.number + 1, db, at: now), true)
        }
        return (slice, try latest.step())
    }

    private static func open(_ kind: Kind, number: Int64, _ db: Database, at now: UnixTime) throws -> TimeSlice {
        let insertion = try RawStatement(
            db, "INSERT INTO time_slice (kind, number, opened_at, latest_expiry) VALUES (?1, ?2, ?3, ?3)")
        insertion.bind(kind.rawValue, at: 1)
        insertion.bind(number, at: 2)
        insertion.bind(now.milliseconds, at: 3)
        try insertion.run()
        return TimeSlice(kind: kind, number: number, openedAt: now, latestExpiry: now)
    }

    /// Takes care that the slice is kept until `expiry`. It is rounded up to the minute, so that this writes seldom.
    mutating func keep(until expiry: UnixTime, _ db: Database) throws {
        guard expiry > latestExpiry else { return }
        let minute: Int64 = 60_000
        let rounded = UnixTime(milliseconds: expiry.milliseconds / minute * minute) + .milliseconds(minute)
        let update = try RawStatement(
            db, "UPDATE time_slice SET latest_expiry = ?3 WHERE kind = ?1 AND number = ?2")
        update.bind(kind.rawValue, at: 1)
        update.bind(number, at: 2)
        update.bind(rounded.milliseconds, at: 3)
        try update.run()
        latestExpiry = rounded
    }
}
