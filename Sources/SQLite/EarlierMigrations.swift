import Foundation
import GRDB
import Store

/// The released migrations before issuers were added.
extension Migrations {
    /// Creates the table of slices, by which expired rows are removed without an index: for each slice of each kind, when it was
    /// opened and when its last row expires. Times are milliseconds since 1970.
    static let timeSlices = """
        CREATE TABLE time_slice (
            kind INTEGER NOT NULL, number INTEGER NOT NULL, opened_at INTEGER NOT NULL,
            latest_expiry INTEGER NOT NULL, PRIMARY KEY (kind, number)
        ) STRICT, WITHOUT ROWID;
        """

    /// Creates the table of used `jti`s. It stores the client's identifier, not its number, so that its `jti`s stay used if it is
    /// removed and registered again.
    static let usedJTIs = """
        CREATE TABLE used_jti (
            slice INTEGER NOT NULL, client TEXT NOT NULL, digest BLOB NOT NULL,
            PRIMARY KEY (slice, client, digest)
        ) STRICT, WITHOUT ROWID;
        """

    /// Creates the table of opaque access tokens, by digest.
    static let accessTokens = """
        CREATE TABLE access_token (
            slice INTEGER NOT NULL, digest BLOB NOT NULL, client TEXT NOT NULL, scope TEXT NOT NULL,
            audience TEXT NOT NULL, issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
            PRIMARY KEY (slice, digest)
        ) STRICT, WITHOUT ROWID;
        """

    /// Creates the tables of clients, their keys, and the revision by which other processes detect changes to either.
    ///
    /// Identifiers are TEXT with the BINARY collation, so they are compared as bytes.
    static let clients = """
        CREATE TABLE client (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
            description TEXT NOT NULL, is_enabled INTEGER NOT NULL, grants TEXT NOT NULL,
            scopes TEXT NOT NULL, authentication_method TEXT NOT NULL, signing_algorithm TEXT,
            audience_profile TEXT, allows_reuse INTEGER, requires_explicit_typing INTEGER NOT NULL,
            access_token_format TEXT NOT NULL, access_token_lifetime INTEGER, created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE client_key (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            client INTEGER NOT NULL REFERENCES client (number) ON DELETE CASCADE, jwk TEXT NOT NULL,
            certificate BLOB, subject BLOB, not_before INTEGER, not_after INTEGER, thumbprint_sha1 TEXT,
            thumbprint_sha256 TEXT, added_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX client_key_of_client ON client_key (client);

        CREATE TABLE client_revision (revision INTEGER NOT NULL) STRICT;
        INSERT INTO client_revision VALUES (0);
        """ + changeCounters(of: "client") + changeCounters(of: "client_key")

    /// Indexes the keys with a certificate, for the daily search for clients that have one.
    static let certifiedClients =
        "CREATE INDEX client_key_with_certificate ON client_key (client) WHERE certificate IS NOT NULL"

    /// Creates the table of URL clients that have proved a key. No trigger, because registrations do not change.
    static let provenClientURLs = """
        CREATE TABLE proven_client_url (
            url TEXT PRIMARY KEY NOT NULL, proven_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// Creates the table of signing keys, sealed under the master key.
    static let signingKeys = """
        CREATE TABLE signing_key (
            number INTEGER PRIMARY KEY, key_id TEXT NOT NULL UNIQUE, algorithm TEXT NOT NULL,
            sealed BLOB NOT NULL, created_at INTEGER NOT NULL
        ) STRICT;
        """

    /// Creates the table of keys for opaque tokens, sealed under the master key. It is separate so that an earlier version, if started
    /// again, finds only known algorithms among the signing keys.
    static let sealingKeys = """
        CREATE TABLE sealing_key (
            number INTEGER PRIMARY KEY, sealed BLOB NOT NULL, created_at INTEGER NOT NULL
        ) STRICT;
        """

    /// Creates the audit log. Entries of callers who proved a key are numbered separately; old ones are a range of numbers.
    static let auditEntries = """
        CREATE TABLE audit_entry (
            is_proven INTEGER NOT NULL, number INTEGER NOT NULL, reference TEXT NOT NULL, at INTEGER NOT NULL,
            client BLOB, code TEXT NOT NULL, endpoint TEXT NOT NULL, remote_address TEXT, trace TEXT NOT NULL,
            PRIMARY KEY (is_proven, number)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX audit_entry_by_reference ON audit_entry (reference);
        """

    /// Adds the clients' certificate policy and key set URL, and the status of each key.
    ///
    /// The index has the URLs in order with the column that queries check; clients without a URL are not in it.
    static let keySources = """
        ALTER TABLE client ADD COLUMN certificate_validity TEXT;
        ALTER TABLE client ADD COLUMN key_set_url TEXT;
        CREATE INDEX client_by_key_set_url ON client (key_set_url, is_enabled) WHERE key_set_url IS NOT NULL;

        ALTER TABLE client_key ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
        ALTER TABLE client_key ADD COLUMN status_time INTEGER;
        """

    /// Creates the table of the key store. A change to it is a change to the client it serves, so it counts in the same revision.
    static let keyStore = """
        CREATE TABLE key_store_entry (
            number INTEGER PRIMARY KEY, alias TEXT NOT NULL UNIQUE, jwk TEXT NOT NULL,
            certificate BLOB NOT NULL, subject BLOB NOT NULL, not_before INTEGER NOT NULL,
            not_after INTEGER NOT NULL, thumbprint_sha1 TEXT NOT NULL, thumbprint_sha256 TEXT NOT NULL,
            added_at INTEGER NOT NULL
        ) STRICT;
        """ + changeCounters(of: "key_store_entry")

    /// Creates the table of the last use of each key. No trigger, because a use does not change the client.
    static let keyUses = """
        CREATE TABLE key_use (
            client INTEGER NOT NULL REFERENCES client (number) ON DELETE CASCADE, thumbprint TEXT NOT NULL,
            used_at INTEGER NOT NULL, PRIMARY KEY (client, thumbprint)
        ) STRICT, WITHOUT ROWID;
        """

    /// Creates the table of fetched key sets. Text from their servers may contain any character, NUL included, so it is stored as bytes.
    static let remoteKeySets = """
        CREATE TABLE remote_key_set (
            url TEXT PRIMARY KEY NOT NULL, attempted_at INTEGER NOT NULL, next_attempt_at INTEGER NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0, problem BLOB, fetched_at INTEGER, expires_at INTEGER,
            etag BLOB, body BLOB NOT NULL DEFAULT x''
        ) STRICT;
        """

    /// Adds whether a key store entry came from a Java key store, and indexes for case-insensitive comparison of aliases and
    /// identifiers. NOCASE folds only the letters A to Z.
    ///
    /// The origin of existing entries is unknown: they are compared byte by byte until they are imported again.
    static let javaAliases = """
        ALTER TABLE key_store_entry ADD COLUMN is_from_java INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX key_store_entry_without_case ON key_store_entry (alias COLLATE NOCASE);
        CREATE INDEX client_without_case ON client (id COLLATE NOCASE);
        """

    /// The triggers that count each change to a table in the revision.
    private static func changeCounters(of table: String) -> String {
        ["INSERT", "UPDATE", "DELETE"].map { change in
            """

            CREATE TRIGGER \(table)_after_\(change.lowercased()) AFTER \(change) ON \(table)
            BEGIN UPDATE client_revision SET revision = revision + 1; END;
            """
        }.joined()
    }

    /// Creates the tables of the replay log: slices, a row for each batch of used `jti`s, the time until which it is swept, and its owner.
    ///
    /// Used `jti`s of the earlier tables stay used until their slices expire.
    static func createReplayLog(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE replay_slice (
                    number INTEGER PRIMARY KEY, opened_at INTEGER NOT NULL, latest_expiry INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE replay_batch (
                    number INTEGER PRIMARY KEY, records BLOB NOT NULL
                ) STRICT;
                CREATE TABLE replay_log (swept_until INTEGER NOT NULL, owner BLOB NOT NULL DEFAULT x'') STRICT;
                """)
        try db.execute(
            sql: "INSERT INTO replay_log (swept_until) VALUES (?)", arguments: [UnixTime.distantPast.milliseconds])
        try copyUsedJTIs(db)
        try db.execute(sql: "DROP TABLE used_jti; DELETE FROM time_slice WHERE kind = 1;")
    }

    /// Drops the tables of opaque tokens, which are now sealed and not stored, and of the old slices.
    static let noAccessTokens = "DROP TABLE access_token; DROP TABLE time_slice;"

    private static func copyUsedJTIs(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO replay_slice SELECT number, opened_at, latest_expiry FROM time_slice WHERE kind = 1
                """)
        let perRow = 1024
        let insertion = try db.makeStatement(sql: "INSERT INTO replay_batch (number, records) VALUES (?, ?)")
        for slice in try Int64.fetchAll(db, sql: "SELECT number FROM replay_slice ORDER BY number") {
            let used = try RawStatement(db, "SELECT client, digest FROM used_jti WHERE slice = ?1")
            used.bind(slice, at: 1)
            defer { used.reset() }
            var number = SQLiteReplayStorage.firstRow(ofSlice: slice)
            var records: [UInt8] = []
            func write() throws {
                guard !records.isEmpty else { return }
                try insertion.execute(arguments: [number, Data(records)])
                number += 1
                records.removeAll(keepingCapacity: true)
            }
            while try used.step() {
                // The expiry is stored with the slice.
                ReplayRecord(client: used.bytes(0), digest: used.bytes(1), expiry: .distantPast).append(to: &records)
                if records.count == perRow * ReplayRecord.length { try write() }
            }
            try write()
        }
    }
}
