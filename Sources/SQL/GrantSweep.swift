/// The removal of what has ended. It is searched without the write lock; only what was found is checked again under it.
extension SQLAuthorizationGrants {
    /// The number of grants that one step handles.
    static let sweepStep = 200

    func sweepStep(at now: UnixTime, grantsCreatedBefore time: UnixTime) async throws(StoreError) -> Bool {
        let grants = try await database.all(Self.grantsToCheck, [now, Self.sweepStep]) { try $0.next([UInt8].self) }
        guard !grants.isEmpty else { return false }
        try await database.write { db in
            for grant in grants { try Self.check(grant, at: now, createdBefore: time, db) }
        }
        return true
    }

    static let grantsToCheck = "SELECT id FROM authorization_grant WHERE issuer = $1 AND check_after <= $2 LIMIT $3"

    /// Removes a grant, or records when it can be removed at the earliest. Writes that prolong a grant thus need not say so.
    private static func check(
        _ id: [UInt8], at now: UnixTime, createdBefore time: UnixTime, _ db: any SQLConnection
    ) throws {
        let facts = try db.first(lifetimeFacts, [id, now]) { try LifetimeFacts(&$0) }
        guard let facts else { return }
        // A code that was not redeemed gave no tokens. From that time on, `createdAt` is before the time passed.
        let lastAccessExpiry =
            facts.isRedeemed ? facts.accessExpiry ?? facts.createdAt + (now - time) + .milliseconds(1) : now
        let end = max(
            lastAccessExpiry, facts.lastRefreshExpiry ?? lastAccessExpiry, facts.sessionExpiry ?? lastAccessExpiry)
        guard end > now else {
            try db.execute("DELETE FROM authorization_grant WHERE issuer = $1 AND id = $2", [id])
            return
        }
        try db.execute("UPDATE authorization_grant SET check_after = $3 WHERE issuer = $1 AND id = $2", [id, end])
    }

    private struct LifetimeFacts {
        let createdAt: UnixTime
        let isRedeemed: Bool
        let accessExpiry: UnixTime?
        let lastRefreshExpiry: UnixTime?
        /// When the session of a redeemed grant ends at the latest: its client is to be told then.
        let sessionExpiry: UnixTime?

        init(_ row: inout SQLRow) throws {
            createdAt = try row.next()
            isRedeemed = try row.next(UnixTime?.self) != nil
            accessExpiry = try row.next()
            lastRefreshExpiry = try row.next()
            let sessionExpiry = try row.next(UnixTime?.self)
            self.sessionExpiry = isRedeemed ? sessionExpiry : nil
        }
    }

    static let lifetimeFacts = """
        SELECT created_at, code_used_at, access_expires_at,
            (SELECT max(expires_at) FROM refresh_token WHERE issuer = $1 AND grant_id = $2),
            (SELECT expires_at FROM session WHERE session.issuer = $1 AND session.id = authorization_grant.session)
        FROM authorization_grant WHERE issuer = $1 AND id = $2 AND check_after <= $3
        """
}
