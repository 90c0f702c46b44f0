/// The figures of one issuer, minute by minute.
struct SQLFigures: FigureStore {
    let database: any SQLDatabase

    func add(_ minutes: [MinuteFigures], capacity: Int) async throws(StoreError) {
        guard !minutes.isEmpty else { return }
        _ = try await database.writeBatched { db in
            let last = try db.first(Self.last, row: { try $0.next(Int64.self) }) ?? 0
            for (number, minute) in zip((last + 1)..., minutes) {
                try db.execute(
                    "INSERT INTO figure_minute \(MinuteFigures.columns.values)",
                    [number, minute.at, minute.process, minute.counts.render()])
            }
            try db.execute(
                "DELETE FROM figure_minute WHERE issuer = $1 AND number <= $2",
                [last + Int64(minutes.count) - Int64(capacity)])
        }
    }

    func minutes(since start: UnixTime, limit: Int) async throws(StoreError) -> [MinuteFigures] {
        try await database.all(
            """
            SELECT \(MinuteFigures.columns.names) FROM figure_minute WHERE issuer = $1 AND at >= $2
                ORDER BY number DESC LIMIT $3
            """, [start, limit]
        ) { try MinuteFigures(&$0) }
    }

    private static let last = "SELECT number FROM figure_minute WHERE issuer = $1 ORDER BY number DESC LIMIT 1"
}

extension MinuteFigures {
    /// The columns in the order of decoding.
    static let columns = ColumnList(["number", "at", "process", "counts"])

    fileprivate init(_ row: inout SQLRow) throws {
        row.subject = "the figures of a minute"
        _ = try row.next(Int64.self)
        self.init(at: try row.next(), process: try row.next(), counts: try row.nextObject())
    }
}

/// The table of figures, as the migration "17 figures" creates it; a later change is a migration of its own and leaves this text.
package enum FigureTable {
    package static func creation(_ dialect: Tables.Dialect) -> [String] {
        let integer = dialect.integer
        return [
            """
            CREATE TABLE figure_minute (
                issuer \(integer) NOT NULL, number \(integer) NOT NULL, at \(integer) NOT NULL, process TEXT NOT NULL,
                counts TEXT NOT NULL, PRIMARY KEY (issuer, number)
            )\(dialect.keyed)
            """
        ]
    }
}
