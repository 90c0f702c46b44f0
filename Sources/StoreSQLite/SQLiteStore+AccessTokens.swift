import Countersign
import CountersignJOSE
import CountersignStore
import Foundation
import GRDB

extension SQLiteStore {
    /// The token of a digest, looked for in every slice.
    public func accessToken(digest: [UInt8]) async throws(StoreError) -> AccessTokenRecord? {
        try await read { db in
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT client, scope, audience, issued_at, expires_at
                        FROM time_slice CROSS JOIN access_token ON slice = time_slice.number AND digest = ?
                        WHERE kind = \(TimeSlice.Kind.accessToken.rawValue) LIMIT 1
                        """), arguments: [Data(digest)])
            guard let row else { return nil }
            let scope: String = row["scope"]
            return AccessTokenRecord(
                digest: digest, clientID: ClientID(row["client"] as String),
                scope: scope.split(separator: " ").map(String.init), audience: row["audience"],
                issuedAt: UnixTime(milliseconds: row["issued_at"]),
                expiresAt: UnixTime(milliseconds: row["expires_at"]))
        }
    }
}
