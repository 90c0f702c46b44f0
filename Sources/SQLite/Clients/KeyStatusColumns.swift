import Countersign
import GRDB
import Store

/// Whether a key may be used, as columns of its row: a word, and the moment that goes with it.
enum KeyStatusColumns {
    /// The columns, in the order of `values`.
    static let names = ["status", "status_time"]

    static func values(_ status: KeyAvailability) -> [(any DatabaseValueConvertible)?] {
        switch status {
        case .active: ["active", nil]
        case .retiring(let end): ["retiring", end.milliseconds]
        case .revoked(let since): ["revoked", since.milliseconds]
        }
    }

    /// A status that this version does not know is not guessed at.
    static func status(_ row: Row) throws -> KeyAvailability {
        let time = (row["status_time"] as Int64?).map { UnixTime(milliseconds: $0) }
        switch (row["status"] as String, time) {
        case ("active", _): return .active
        case ("retiring", let end?): return .retiring(until: end)
        case ("revoked", let since?): return .revoked(since: since)
        case (let status, _):
            throw StoreError.corrupt("client key \(row["number"] as Int64) has the unknown status '\(status)'")
        }
    }
}
