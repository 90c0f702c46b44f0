/// The columns of a statement, in the order of the values.
struct ColumnList {
    let columns: [String]

    init(_ columns: [String]) {
        self.columns = columns
    }

    /// `a, b`
    var names: String { columns.joined(separator: ", ") }

    /// `t.a, t.b`
    func names(of table: String) -> String { columns.map { "\(table).\($0)" }.joined(separator: ", ") }

    /// `(issuer, a, b) VALUES ($1, $2, $3)`
    var values: String { "(issuer, \(names)) VALUES (\(parameters))" }

    /// `(issuer, a, b) SELECT $1, $2, $3`, for an insertion with a condition.
    var selected: String { "(issuer, \(names)) SELECT \(parameters)" }

    private var parameters: String { (1...columns.count + 1).map { "$\($0)" }.joined(separator: ", ") }

    /// `a = excluded.a, b = excluded.b`
    var replacements: String { columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ") }
}
