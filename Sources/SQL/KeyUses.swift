/// The last uses of the keys of one issuer's clients.
struct SQLKeyUses: KeyUseStore {
    /// The number of uses that one transaction writes: a claim waits for at most one such step.
    private static let step = 250
    /// The most keys remembered per client. A key set has at most 100 keys, so several rotations fit.
    static let perClient = 256

    let database: any SQLDatabase

    func record(_ uses: [KeyUse]) async throws(StoreError) {
        try await database.write(uses, perTransaction: Self.step) { db, uses in
            var clientsWithNewKeys: Set<ClientID> = []
            for use in uses where use.client.isRegistrable {
                // Most keys were used before.
                let updated = try db.execute(
                    """
                    UPDATE key_use SET used_at = CASE WHEN used_at < $4 THEN $4 ELSE used_at END
                    WHERE issuer = $1 AND client = $2 AND thumbprint = $3
                    """, [use.client, use.thumbprint, use.at])
                guard updated == 0 else { continue }
                let added = try db.execute(
                    """
                    INSERT INTO key_use (issuer, client, thumbprint, used_at)
                    SELECT issuer, id, $3, $4 FROM client WHERE issuer = $1 AND id = $2
                    """, [use.client, use.thumbprint, use.at])
                if added == 1 { clientsWithNewKeys.insert(use.client) }
            }
            for client in clientsWithNewKeys {
                try db.execute(
                    """
                    DELETE FROM key_use WHERE issuer = $1 AND client = $2 AND thumbprint IN
                        (SELECT thumbprint FROM key_use WHERE issuer = $1 AND client = $2
                         ORDER BY used_at DESC LIMIT $3 OFFSET $4)
                    """, [client, Int64.max, Self.perClient])
            }
        }
    }

    func latest(of id: ClientID) async throws(StoreError) -> [String: UnixTime] {
        guard id.isRegistrable else { return [:] }
        let uses = try await database.all(
            "SELECT thumbprint, used_at FROM key_use WHERE issuer = $1 AND client = $2", [id]
        ) { (try $0.next(String.self), try $0.next(UnixTime.self)) }
        return Dictionary(uniqueKeysWithValues: uses)
    }
}
