/// The uses of the keys of one issuer's clients.
struct SQLKeyUses: KeyUseStore {
    /// The number of uses that one transaction writes: a claim waits for at most one such step.
    private static let step = 250
    /// The most keys remembered per client. A key set has at most 100 keys, so several rotations fit.
    static let perClient = 256
    /// The most hours of keys remembered per client: ten keys in all hours that are kept.
    static let hoursPerClient = 2048

    let database: any SQLDatabase

    func record(_ uses: [KeyUse]) async throws(StoreError) {
        try await database.write(uses, perTransaction: Self.step) { db, uses in
            var clientsWithNewKeys: Set<ClientID> = []
            var newHours: [ClientID: UnixTime] = [:]
            for use in uses where use.client.isRegistrable {
                if try Self.recordLast(use, db) { clientsWithNewKeys.insert(use.client) }
                if try Self.recordHour(use, db) {
                    newHours[use.client] = max(newHours[use.client] ?? use.at, use.at)
                }
            }
            for client in clientsWithNewKeys {
                try db.execute(
                    """
                    DELETE FROM key_use WHERE issuer = $1 AND client = $2 AND thumbprint IN
                        (SELECT thumbprint FROM key_use WHERE issuer = $1 AND client = $2
                         ORDER BY used_at DESC LIMIT $3 OFFSET $4)
                    """, [client, Int64.max, Self.perClient])
            }
            for (client, latest) in newHours { try Self.removeHours(of: client, at: latest, db) }
        }
    }

    /// - Returns: whether the key had not been used before.
    private static func recordLast(_ use: KeyUse, _ db: any SQLConnection) throws -> Bool {
        // Most keys were used before.
        let updated = try db.execute(
            """
            UPDATE key_use SET used_at = CASE WHEN used_at < $4 THEN $4 ELSE used_at END
            WHERE issuer = $1 AND client = $2 AND thumbprint = $3
            """, [use.client, use.thumbprint, use.at])
        guard updated == 0 else { return false }
        return try db.execute(
            """
            INSERT INTO key_use (issuer, client, thumbprint, used_at)
            SELECT issuer, id, $3, $4 FROM client WHERE issuer = $1 AND id = $2
            """, [use.client, use.thumbprint, use.at]) == 1
    }

    /// - Returns: whether the key had not been used in that hour before.
    private static func recordHour(_ use: KeyUse, _ db: any SQLConnection) throws -> Bool {
        let updated = try db.execute(
            """
            UPDATE key_use_hour SET uses = uses + $5
            WHERE issuer = $1 AND client = $2 AND hour = $4 AND thumbprint = $3
            """, [use.client, use.thumbprint, use.at.startOfHour, use.count])
        guard updated == 0 else { return false }
        return try db.execute(
            """
            INSERT INTO key_use_hour (issuer, client, thumbprint, hour, uses)
            SELECT issuer, id, $3, $4, $5 FROM client WHERE issuer = $1 AND id = $2
            """, [use.client, use.thumbprint, use.at.startOfHour, use.count]) == 1
    }

    /// Removes hours of a client that are too old or too many.
    private static func removeHours(of client: ClientID, at now: UnixTime, _ db: any SQLConnection) throws {
        try db.execute(
            """
            DELETE FROM key_use_hour WHERE issuer = $1 AND client = $2 AND (hour < $3 OR hour <=
                (SELECT hour FROM key_use_hour WHERE issuer = $1 AND client = $2
                 ORDER BY hour DESC LIMIT 1 OFFSET $4))
            """, [client, now.startOfHour - HourlyKeyUses.lifetime, Self.hoursPerClient])
    }

    func sweepStep(at now: UnixTime) async throws(StoreError) -> Bool {
        try await database.write { db in
            let oldest = now.startOfHour - HourlyKeyUses.lifetime
            return try db.execute(Self.oldHoursRemoval, [oldest, Self.sweepStep]) == Self.sweepStep
        }
    }

    private static let sweepStep = 500

    static let oldHoursRemoval = """
        DELETE FROM key_use_hour WHERE issuer = $1 AND (client, hour, thumbprint) IN
            (SELECT client, hour, thumbprint FROM key_use_hour WHERE issuer = $1 AND hour < $2 ORDER BY hour LIMIT $3)
        """

    func latest(of id: ClientID) async throws(StoreError) -> [String: UnixTime] {
        guard id.isRegistrable else { return [:] }
        let uses = try await database.all(
            "SELECT thumbprint, used_at FROM key_use WHERE issuer = $1 AND client = $2", [id]
        ) { (try $0.next(String.self), try $0.next(UnixTime.self)) }
        return Dictionary(uniqueKeysWithValues: uses)
    }

    func hourly(of id: ClientID, since time: UnixTime) async throws(StoreError) -> [HourlyKeyUses] {
        guard id.isRegistrable else { return [] }
        return try await database.all(
            """
            SELECT thumbprint, hour, uses FROM key_use_hour
            WHERE issuer = $1 AND client = $2 AND hour >= $3 ORDER BY hour, thumbprint
            """, [id, time]
        ) { try HourlyKeyUses(thumbprint: $0.next(), hour: $0.next(), count: $0.next()) }
    }
}

/// What the migration "18 uses by hour" adds. Never edited; later changes are new migrations.
package enum UsesByHour {
    /// Finds the hours that are too old, whatever their clients.
    package static let index = "CREATE INDEX key_use_hour_by_hour ON key_use_hour (issuer, hour)"

    /// The statements that create the tables: how often each key was used in each hour, and how the latest fetches of each key set ended.
    package static func creation(_ dialect: Tables.Dialect) -> [String] {
        let (integer, bytes) = (dialect.integer, dialect.bytes)
        return [
            """
            CREATE TABLE key_use_hour (
                issuer \(integer) NOT NULL, client TEXT NOT NULL, hour \(integer) NOT NULL, thumbprint TEXT NOT NULL,
                uses \(integer) NOT NULL, PRIMARY KEY (issuer, client, hour, thumbprint),
                FOREIGN KEY (issuer, client) REFERENCES client (issuer, id) ON DELETE CASCADE
            )\(dialect.keyed)
            """,
            """
            CREATE TABLE key_set_fetch (
                issuer \(integer) NOT NULL, url TEXT NOT NULL, at \(integer) NOT NULL, duration \(integer) NOT NULL,
                keys \(integer), refused \(integer), is_changed \(integer) NOT NULL, problem \(bytes),
                PRIMARY KEY (issuer, url, at),
                FOREIGN KEY (issuer, url) REFERENCES remote_key_set (issuer, url) ON DELETE CASCADE
            )\(dialect.keyed)
            """,
        ]
    }
}
