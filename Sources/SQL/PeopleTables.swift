/// The tables of people and of what they allow: the SQL of the migration "6 people". Never edited; later changes are new migrations.
///
/// A grant does not reference its client, because clients that are known by the URL of their metadata are not registered. An
/// authorization code lies in the row of its grant, which has only one.
package enum PeopleTables {
    /// The statements that create the tables and their indexes.
    package static func creation(_ dialect: Tables.Dialect) -> [String] {
        people(dialect) + grants(dialect) + others(dialect)
    }

    private static let ofPerson = "FOREIGN KEY (issuer, person) REFERENCES person (issuer, id) ON DELETE CASCADE"

    private static func people(_ dialect: Tables.Dialect) -> [String] {
        let (integer, bytes) = (dialect.integer, dialect.bytes)
        return [
            // A key is a name or an address in the form in which two are compared.
            """
            CREATE TABLE person (
                issuer \(integer) NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
                email_key TEXT, claims TEXT NOT NULL, group_names TEXT NOT NULL, password_hash TEXT,
                password_changed_at \(integer), is_enabled \(integer) NOT NULL, created_at \(integer) NOT NULL,
                updated_at \(integer) NOT NULL, PRIMARY KEY (issuer, id), UNIQUE (issuer, name_key)
            )\(dialect.options)
            """,
            "CREATE INDEX person_by_email ON person (issuer, email_key) WHERE email_key IS NOT NULL",
            """
            CREATE TABLE session (
                issuer \(integer) NOT NULL, digest \(bytes) NOT NULL, id TEXT NOT NULL, person TEXT NOT NULL,
                authenticated_at \(integer) NOT NULL, methods TEXT NOT NULL, created_at \(integer) NOT NULL,
                last_used_at \(integer) NOT NULL, expires_at \(integer) NOT NULL, agent \(bytes) NOT NULL, address TEXT,
                PRIMARY KEY (issuer, digest), UNIQUE (issuer, id), \(ofPerson)
            )\(dialect.options)
            """,
            "CREATE INDEX session_of_person ON session (issuer, person)",
            "CREATE INDEX session_by_expiry ON session (issuer, expires_at)",
            "CREATE INDEX session_by_last_use ON session (issuer, last_used_at)",
        ]
    }

    private static func grants(_ dialect: Tables.Dialect) -> [String] {
        let (integer, bytes) = (dialect.integer, dialect.bytes)
        return [
            // `check_after`: when it can be removed at the earliest, as far as was known when it was last written or checked.
            """
            CREATE TABLE authorization_grant (
                issuer \(integer) NOT NULL, id \(bytes) NOT NULL, person TEXT NOT NULL, client TEXT NOT NULL,
                scopes TEXT NOT NULL, resources TEXT NOT NULL, session TEXT NOT NULL, key_thumbprint \(bytes),
                nonce \(bytes), authenticated_at \(integer) NOT NULL, methods TEXT NOT NULL, context_class TEXT,
                claims_request \(bytes), demands_authentication_time \(integer) NOT NULL,
                created_at \(integer) NOT NULL, revoked_at \(integer), code_digest \(bytes) NOT NULL,
                redirect_uri \(bytes) NOT NULL, has_redirect_uri \(integer) NOT NULL, challenge TEXT,
                code_expires_at \(integer) NOT NULL, code_used_at \(integer), check_after \(integer) NOT NULL,
                PRIMARY KEY (issuer, id), UNIQUE (issuer, code_digest), \(ofPerson)
            )\(dialect.options)
            """,
            "CREATE INDEX authorization_grant_of_person ON authorization_grant (issuer, person, client)",
            "CREATE INDEX authorization_grant_by_key ON authorization_grant (issuer, client, key_thumbprint)",
            "CREATE INDEX authorization_grant_by_session ON authorization_grant (issuer, session)",
            "CREATE INDEX authorization_grant_to_check ON authorization_grant (issuer, check_after)",
            """
            CREATE TABLE refresh_token (
                issuer \(integer) NOT NULL, digest \(bytes) NOT NULL, grant_id \(bytes) NOT NULL,
                expires_at \(integer) NOT NULL, replaced_at \(integer), sealed_successor \(bytes),
                PRIMARY KEY (issuer, digest), FOREIGN KEY (issuer, grant_id)
                    REFERENCES authorization_grant (issuer, id) ON DELETE CASCADE
            )\(dialect.keyed)
            """,
            "CREATE INDEX refresh_token_of_grant ON refresh_token (issuer, grant_id, expires_at)",
            "CREATE INDEX refresh_token_by_expiry ON refresh_token (issuer, expires_at)",
        ]
    }

    private static func others(_ dialect: Tables.Dialect) -> [String] {
        let (integer, bytes) = (dialect.integer, dialect.bytes)
        return [
            """
            CREATE TABLE consent (
                issuer \(integer) NOT NULL, person TEXT NOT NULL, client TEXT NOT NULL, scopes TEXT NOT NULL,
                resources TEXT NOT NULL, given_at \(integer) NOT NULL, used_at \(integer) NOT NULL,
                PRIMARY KEY (issuer, person, client), \(ofPerson)
            )\(dialect.keyed)
            """,
            "CREATE INDEX consent_to_client ON consent (issuer, client)",
            """
            CREATE TABLE revoked_token (
                issuer \(integer) NOT NULL, id \(bytes) NOT NULL, expires_at \(integer) NOT NULL,
                PRIMARY KEY (issuer, id)
            )\(dialect.keyed)
            """,
            "CREATE INDEX revoked_token_by_expiry ON revoked_token (issuer, expires_at)",
            """
            CREATE TABLE resource (
                issuer \(integer) NOT NULL, uri TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
                access_token_format TEXT, access_token_lifetime \(integer), created_at \(integer) NOT NULL,
                PRIMARY KEY (issuer, uri)
            )\(dialect.options)
            """,
            // JSON, as in the registration of a client; NULL means the default in everything.
            "ALTER TABLE client ADD COLUMN sign_in TEXT",
        ]
    }
}
