/// The change log of one issuer.
struct SQLChanges: ChangeLog {
    private static let selection = "SELECT \(ChangeRow.columns.names), issuer FROM change WHERE issuer = $1"

    let database: any SQLDatabase

    func page(
        _ filter: ChangeFilter, before number: Int64?, limit: Int
    ) async throws(StoreError) -> [ListedChange] {
        try await database.read { db in try Self.page(filter, before: number, limit: limit, db) }
    }

    private static func page(
        _ filter: ChangeFilter, before number: Int64?, limit: Int, _ db: any SQLConnection
    ) throws -> [ListedChange] {
        var first: Int64?
        if let since = filter.since {
            first = try db.first(firstSince, [since]) { try $0.next(Int64.self) }
            guard first != nil else { return [] }
        }
        let (sql, values) = query(filter, from: first, before: number, limit: limit)
        return try db.all(sql, values) { try ListedChange(&$0) }
    }

    /// - Parameter first: the first change since the time of the filter, where the list ends, however far back the log goes.
    static func query(
        _ filter: ChangeFilter, from first: Int64?, before number: Int64?, limit: Int
    ) -> (sql: String, values: [any SQLConvertible]) {
        var (sql, values): (String, [any SQLConvertible]) = ("\(selection) AND number < $2", [number ?? .max])
        func demand(_ condition: String, _ value: (any SQLConvertible)?) {
            guard let value else { return }
            values.append(value)
            sql += " AND \(condition) $\(values.count + 1)"
        }
        demand("subject_kind =", filter.subjectKind?.rawValue)
        demand("subject_id =", filter.subjectID.map { Array($0.text.utf8) })
        demand("actor_id =", filter.actorID.map { Array($0.text.utf8) })
        demand("number >=", first)
        // The sign keeps the index of times out of it, which has another order.
        demand("+at >=", filter.since)
        values.append(limit)
        return (sql + " ORDER BY number DESC LIMIT $\(values.count + 1)", values)
    }

    static let firstSince =
        "SELECT number FROM change WHERE issuer = $1 AND at >= $2 ORDER BY at, number LIMIT 1"

    func change(_ number: Int64) async throws(StoreError) -> Change? {
        try await database.all("\(Self.selection) AND number = $2", [number]) { try Change(ChangeRow(&$0)) }.first
    }

    func undoing(_ number: Int64) async throws(StoreError) -> Int64? {
        try await database.all(Self.undoing, [number]) { try $0.next(Int64.self) }.first
    }

    static let undoing = "SELECT number FROM change WHERE issuer = $1 AND undoes = $2 ORDER BY number DESC LIMIT 1"

    func rows(after number: Int64, limit: Int) async throws(StoreError) -> [ChangeRow] {
        try await database.all("\(Self.selection) AND number > $2 ORDER BY number LIMIT $3", [number, limit]) {
            try ChangeRow(&$0)
        }
    }

    func bounds() async throws(StoreError) -> ChangeBounds {
        try await database.read { db in try Self.bounds(db) }
    }

    private static func bounds(_ db: any SQLConnection) throws -> ChangeBounds {
        let sql = """
            SELECT head_number, head_digest, anchor_number, anchor_digest FROM change_bounds WHERE issuer = $1
            """
        let found = try db.first(sql) { row in
            row.subject = "the bounds of the change log"
            return ChangeBounds(
                issuer: db.issuer, head: try ChangePosition(&row), anchor: try ChangePosition(&row))
        }
        return found ?? ChangeBounds(issuer: db.issuer, head: .start, anchor: .start)
    }

    /// Records a change in the transaction that makes it.
    static func add(
        _ action: ChangeAction, _ subject: ChangeSubject, _ difference: FactDifference, _ db: any SQLConnection
    ) throws {
        let bounds = try bounds(db)
        // A log whose bounds are damaged goes on after its last row: the check reports it, and administration still works.
        let query = "SELECT number, digest FROM change WHERE issuer = $1 ORDER BY number DESC LIMIT 1"
        let last = try db.first(query, row: { try ChangePosition(&$0) }) ?? .start
        let previous = last.number <= bounds.head.number && bounds.head.number < .max ? bounds.head : last
        guard previous.number < .max else { throw StoreError.corrupt("the change log is full") }
        let row = ChangeRow(
            after: previous, of: db.issuer, at: db.context.clock(), actor: db.context.actor, action: action,
            subject: subject, difference, undoes: db.context.undoing)
        try db.execute("INSERT INTO change \(ChangeRow.columns.values)", row.sqlValues)
        try db.execute(
            """
            INSERT INTO change_bounds (issuer, head_number, head_digest, anchor_number, anchor_digest)
                VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (issuer) DO UPDATE SET head_number = excluded.head_number, head_digest = excluded.head_digest
            """, [row.number, row.digest, bounds.anchor.number, bounds.anchor.digest])
    }

    func countersignatures(
        after number: Int64, limit: Int
    ) async throws(StoreError) -> [ChangeCountersignature] {
        try await database.all(
            "\(Self.countersignatures) AND number > $2 ORDER BY number LIMIT $3", [number, limit]
        ) { try ChangeCountersignature(&$0) }
    }

    private static let countersignatures =
        "SELECT number, digest, at, code FROM change_countersignature WHERE issuer = $1"

    func latestCountersignature() async throws(StoreError) -> ChangeCountersignature? {
        try await database.all("\(Self.countersignatures) ORDER BY number DESC LIMIT 1") {
            try ChangeCountersignature(&$0)
        }.first
    }

    func add(_ countersignature: ChangeCountersignature) async throws(StoreError) {
        let position = countersignature.position
        try await database.write { db in
            let count = try db.execute(
                """
                INSERT INTO change_countersignature (issuer, number, digest, at, code) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT DO NOTHING
                """, [position.number, position.digest, countersignature.at, countersignature.code])
            guard count == 1 else { throw StoreError.conflict("A countersignature of change \(position.number)") }
        }
    }

    func remove(through number: Int64, digest: [UInt8]) async throws(StoreError) {
        try await database.write { db in
            let sql = "SELECT digest FROM change WHERE issuer = $1 AND number = $2"
            guard let found = try db.first(sql, [number], row: { try $0.next([UInt8].self) }) else {
                throw StoreError.notFound("Change \(number)")
            }
            guard found == digest else { throw StoreError.invalid("Change \(number) has another digest") }
            for table in ["change", "change_countersignature"] {
                try db.execute("DELETE FROM \(table) WHERE issuer = $1 AND number <= $2", [number])
            }
            try db.execute(
                "UPDATE change_bounds SET anchor_number = $2, anchor_digest = $3 WHERE issuer = $1", [number, digest])
            let removed: JSONObject = ["through": .number(number), "digest": .string(Base64URL.encode(digest))]
            guard let difference = FactDifference(nil, removed) else { return }
            try Self.add(.changesRemoved, .changes, difference, db)
        }
    }
}

extension SQLConnection {
    /// Makes a change and records what it has changed about a subject. A change that changes nothing is not recorded.
    ///
    /// - Parameter facts: reads the facts about the subject, before and after; `nil` if it does not exist.
    func recording<Value>(
        _ subject: ChangeSubject, _ facts: () throws -> JSONObject?, _ change: () throws -> Value
    ) throws -> Value {
        let before = try readable(facts)
        let value = try change()
        try record(subject, before, try readable(facts))
        return value
    }

    func record(_ subject: ChangeSubject, _ before: JSONObject?, _ after: JSONObject?) throws {
        guard let difference = FactDifference(before, after) else { return }
        try SQLChanges.add(ChangeAction(subject.kind, difference), subject, difference, self)
    }

    /// A damaged record can be removed, and then the log says that it was damaged.
    private func readable(_ facts: () throws -> JSONObject?) throws -> JSONObject? {
        do {
            return try facts()
        } catch StoreError.corrupt(let problem) {
            return ["damaged": .string(problem)]
        }
    }
}

extension ChangePosition {
    fileprivate init(_ row: inout SQLRow) throws {
        self.init(number: try row.next(), digest: try row.next())
    }
}

extension ChangeCountersignature {
    fileprivate init(_ row: inout SQLRow) throws {
        row.subject = "a countersignature of the change log"
        self.init(position: try ChangePosition(&row), at: try row.next(), code: try row.next())
    }
}

extension ListedChange {
    fileprivate init(_ row: inout SQLRow) throws {
        var start = row
        let number = try start.next(Int64.self)
        do {
            self = .change(try Change(ChangeRow(&row)))
        } catch StoreError.corrupt(let problem) {
            self = .unreadable(number: number, problem: problem)
        }
    }
}

extension ChangeRow {
    /// The columns in the order of `sqlValues` and of decoding, after which comes the issuer.
    fileprivate static let columns = ColumnList([
        "number", "at", "actor_kind", "actor_id", "actor_name", "channel", "action", "subject_kind", "subject_id",
        "value_before", "value_after", "undoes", "previous", "digest",
    ])

    fileprivate var sqlValues: [any SQLConvertible] {
        [
            number, at, actorKind, actorID, actorName, channel, action, subjectKind, subjectID, before, after, undoes,
            previous, digest,
        ]
    }

    fileprivate init(_ row: inout SQLRow) throws {
        let number = try row.next(Int64.self)
        row.subject = "change \(number)"
        let (at, actorKind) = (try row.next(UnixTime.self), try row.next(String.self))
        let (actorID, actorName) = (try row.next([UInt8]?.self), try row.next([UInt8]?.self))
        let (channel, action) = (try row.next(String.self), try row.next(String.self))
        let (subjectKind, subjectID) = (try row.next(String.self), try row.next([UInt8].self))
        let (before, after) = (try row.next([UInt8]?.self), try row.next([UInt8]?.self))
        let (undoes, previous, digest) = (
            try row.next(Int64?.self), try row.next([UInt8].self), try row.next([UInt8].self)
        )
        self.init(
            issuer: IssuerNumber(rawValue: try row.next()), number: number, at: at, actorKind: actorKind,
            actorID: actorID, actorName: actorName, channel: channel, action: action, subjectKind: subjectKind,
            subjectID: subjectID, before: before, after: after, undoes: undoes, previous: previous, digest: digest)
    }
}
