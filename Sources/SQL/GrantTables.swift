/// The tables of grants as the migration "14 grants by time" creates them. Never edited; later changes are new migrations.
///
/// The identifier of a grant begins with its time, and its code and refresh tokens name it. So rows and index entries are added at the
/// end, in pages that one transaction writes once, and no index changes when a code is redeemed.
package enum GrantTables {
    /// The statements that replace the tables of the migration "6 people". Grants of development versions end: their codes and refresh
    /// tokens do not name them.
    package static func replacement(_ dialect: Tables.Dialect) -> [String] {
        let (integer, bytes) = (dialect.integer, dialect.bytes)
        return [
            "DROP TABLE refresh_token",
            "DROP TABLE authorization_grant",
            // `check_after`: when it can be removed at the earliest, as far as was known when it was last written or checked.
            // `access_expires_at`: when the only access token expires, if it is known.
            """
            CREATE TABLE authorization_grant (
                issuer \(integer) NOT NULL, id \(bytes) NOT NULL, person TEXT NOT NULL, client TEXT NOT NULL,
                scopes TEXT NOT NULL, resources TEXT NOT NULL, session TEXT NOT NULL, key_thumbprint \(bytes),
                nonce \(bytes), authenticated_at \(integer) NOT NULL, methods TEXT NOT NULL, context_class TEXT,
                claims_request \(bytes), demands_authentication_time \(integer) NOT NULL,
                created_at \(integer) NOT NULL, revoked_at \(integer), code_digest \(bytes) NOT NULL,
                redirect_uri \(bytes) NOT NULL, has_redirect_uri \(integer) NOT NULL, challenge TEXT,
                code_expires_at \(integer) NOT NULL, code_used_at \(integer), access_expires_at \(integer),
                check_after \(integer) NOT NULL,
                PRIMARY KEY (issuer, id),
                FOREIGN KEY (issuer, person) REFERENCES person (issuer, id) ON DELETE CASCADE
            )\(dialect.options)
            """,
            "CREATE INDEX authorization_grant_of_person ON authorization_grant (issuer, person, client)",
            "CREATE INDEX authorization_grant_of_session ON authorization_grant (issuer, session)",
            "CREATE INDEX authorization_grant_of_client ON authorization_grant (issuer, client)",
            "CREATE INDEX authorization_grant_to_check ON authorization_grant (issuer, check_after)",
            """
            CREATE TABLE refresh_token (
                issuer \(integer) NOT NULL, grant_id \(bytes) NOT NULL, digest \(bytes) NOT NULL,
                expires_at \(integer) NOT NULL, replaced_at \(integer), sealed_successor \(bytes),
                PRIMARY KEY (issuer, grant_id, digest), FOREIGN KEY (issuer, grant_id)
                    REFERENCES authorization_grant (issuer, id) ON DELETE CASCADE
            )\(dialect.keyed)
            """,
        ]
    }
}

/// When the only access token of a grant expires, if it is known.
package enum GrantExpiry {
    /// The column that the migration "12 grant expiry" adds.
    package static func alteration(_ dialect: Tables.Dialect) -> [String] {
        ["ALTER TABLE authorization_grant ADD COLUMN access_expires_at \(dialect.integer)"]
    }
}
