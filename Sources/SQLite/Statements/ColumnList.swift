/// The columns that a statement writes, in the order of its values.
struct ColumnList {
    private let columns: [String]

    init(_ columns: [String]) {
        self.columns = columns
    }

    /// Their names: `a, b`.
    var names: String { columns.joined(separator: ", ") }

    /// A parameter for each: `?, ?`.
    var placeholders: String { columns.map { _ in "?" }.joined(separator: ", ") }

    /// What an upsert does with a row that is there: `a = excluded.a, b = excluded.b`.
    var replacements: String { columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ") }
}
