/// The keys of one issuer's clients.
struct SQLClientKeys: ClientKeyStore {
    let database: any SQLDatabase

    func add(_ key: KeyRecord, to id: ClientID) async throws(StoreError) {
        try await database.changeClients { db in
            try SQLClients.requireClient(id, db)
            try SQLClients.recording(id, db) { try Self.insert([key], of: id, db) }
        }
    }

    func remove(_ number: Int64, of id: ClientID) async throws(StoreError) {
        try await database.changeClients { db in
            try SQLClients.requireClient(id, db)
            try SQLClients.recording(id, db) {
                let count = try db.execute(
                    "DELETE FROM client_key WHERE issuer = $1 AND client = $2 AND number = $3", [id, number])
                guard count == 1 else { throw Self.notFound(number, of: id) }
            }
        }
    }

    func setStatus(_ status: KeyAvailability, number: Int64, of id: ClientID) async throws(StoreError) {
        try await database.changeClients { db in
            try SQLClients.requireClient(id, db)
            let current = try db.first(
                "SELECT status, status_time FROM client_key WHERE issuer = $1 AND client = $2 AND number = $3",
                [id, number]
            ) { row in
                row.subject = "client key \(number)"
                return try KeyAvailability(&row)
            }
            switch (current, status) {
            case (nil, _): throw Self.notFound(number, of: id)
            case (.revoked, .revoked): return
            case (.revoked, .active), (.revoked, .retiring):
                throw StoreError.invalid(
                    "Key \(number) of client '\(id)' was revoked, which is final; "
                        + "to use it again, remove it and register it again")
            case (.active, _), (.retiring, _):
                try SQLClients.recording(id, db) {
                    _ = try db.execute(
                        """
                        UPDATE client_key SET status = $4, status_time = $5
                        WHERE issuer = $1 AND client = $2 AND number = $3
                        """, [id, number] + status.sqlValues)
                }
            }
        }
    }

    static func insert(_ keys: [KeyRecord], of id: ClientID, _ db: any SQLConnection) throws {
        let columns = ColumnList(["client"] + KeyRecord.columns)
        for key in keys {
            try db.execute("INSERT INTO client_key \(columns.values)", [id] + key.sqlValues)
        }
    }

    static func keys(of id: ClientID, _ db: any SQLConnection) throws -> [KeyRecord] {
        try db.all(
            """
            SELECT number, \(KeyRecord.columns.joined(separator: ", ")) FROM client_key
            WHERE issuer = $1 AND client = $2 ORDER BY number
            """, [id]
        ) { try KeyRecord(&$0) }
    }

    /// Replaces the keys of a client. Keys that stay are not written.
    ///
    /// - Returns: the RFC 7638 thumbprints of the removed keys.
    static func replace(
        of id: ClientID, with keys: [KeyRecord], _ db: any SQLConnection
    ) throws -> Set<[UInt8]> {
        let before = try Self.keys(of: id, db)
        let known = Set(before.compactMap(\.number))
        let kept = Set(keys.compactMap(\.number))
        if let missing = kept.subtracting(known).min() { throw notFound(missing, of: id) }
        for number in known.subtracting(kept) {
            try db.execute(
                "DELETE FROM client_key WHERE issuer = $1 AND client = $2 AND number = $3", [id, number])
        }
        try insert(keys.filter { $0.number == nil }, of: id, db)
        let removed = before.filter { $0.number.map { !kept.contains($0) } ?? false }
        return Set(removed.map(\.jwk.key.thumbprintDigest))
    }

    private static func notFound(_ number: Int64, of id: ClientID) -> StoreError {
        .notFound("Key \(number) of client '\(id)'")
    }
}

extension KeyRecord {
    /// The columns in the order of `sqlValues` and of decoding; `number`, which the database assigns, precedes them.
    static let columns = ["jwk"] + KeyCertificate.columns + ["status", "status_time", "added_at"]

    var sqlValues: [any SQLConvertible] {
        [jwk.object.render()] + KeyCertificate.sqlValues(certificate) + status.sqlValues + [addedAt]
    }

    init(_ row: inout SQLRow) throws {
        let number = try row.next(Int64.self)
        row.subject = "client key \(number)"
        self.init(
            number: number, jwk: try row.nextKey(), certificate: try KeyCertificate.read(&row),
            status: try KeyAvailability(&row), addedAt: try row.next())
    }
}

extension KeyAvailability {
    /// A word and its time.
    var sqlValues: [any SQLConvertible] {
        switch self {
        case .active: ["active", UnixTime?.none]
        case .retiring(let end): ["retiring", end]
        case .revoked(let since): ["revoked", since]
        }
    }

    init(_ row: inout SQLRow) throws {
        switch (try row.next(String.self), try row.next(UnixTime?.self)) {
        case ("active", _): self = .active
        case ("retiring", let end?): self = .retiring(until: end)
        case ("revoked", let since?): self = .revoked(since: since)
        case (let status, _): throw StoreError.corrupt("\(row.subject) has the unknown status '\(status)'")
        }
    }
}

extension KeyCertificate {
    static let columns = ["certificate", "subject", "not_before", "not_after", "thumbprint_sha1", "thumbprint_sha256"]

    static func sqlValues(_ certificate: KeyCertificate?) -> [any SQLConvertible] {
        let facts = certificate?.facts
        return [
            certificate?.der, facts.map { Array($0.subject.utf8) }, facts?.notBefore, facts?.notAfter,
            facts?.thumbprintSHA1, facts?.thumbprintSHA256,
        ]
    }

    static func read(_ row: inout SQLRow) throws -> KeyCertificate? {
        let der = try row.next([UInt8]?.self)
        let subject = try row.nextFreeText()
        let (notBefore, notAfter) = (try row.next(UnixTime?.self), try row.next(UnixTime?.self))
        let (sha1, sha256) = (try row.next(ExactString?.self), try row.next(ExactString?.self))
        guard let der else { return nil }
        guard let subject, let notBefore, let notAfter, let sha1, let sha256 else {
            throw StoreError.corrupt("a certificate is incomplete")
        }
        return KeyCertificate(
            der: der,
            facts: CertificateFacts(
                subject: subject, notBefore: notBefore, notAfter: notAfter, thumbprintSHA1: sha1,
                thumbprintSHA256: sha256))
    }
}
