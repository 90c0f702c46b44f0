import TOMLKit

/// `deployment.toml` of WSO2 Identity Server: its tables with their values and lines.
package struct Deployment {
    /// The tables that have a value, in the order of the file.
    let tables: [Table]
    private let root: TOMLTable

    /// A table, or one element of `[[…]]` with everything below it.
    struct Table {
        /// Dot-separated; empty for the values before the first table.
        let name: String
        let isElement: Bool
        let line: Int?
        /// Their keys are relative to the table and dot-separated.
        let values: [Value]

        var header: String { isElement ? "[[\(name)]]" : name.isEmpty ? "(before the first table)" : "[\(name)]" }

        subscript(_ key: String) -> Value? {
            values.first { $0.key.utf8.elementsEqual(key.utf8) }
        }
    }

    struct Value {
        let key: String
        let value: TOMLValue
        let line: Int?
    }

    package init(_ bytes: [UInt8]) throws(TOMLError) {
        let document = try TOMLDocument(bytes)
        root = document.root
        tables = Self.tables(root, "", at: [], in: document).sorted { ($0.line ?? .max) < ($1.line ?? .max) }
    }

    /// Returns the value at a dot-separated path of table and key names.
    func value(at path: String) -> TOMLValue? {
        let names = path.split(separator: ".").map(String.init)
        guard let last = names.last else { return nil }
        var table = root
        for name in names.dropLast() {
            guard let next = table[name]?.table else { return nil }
            table = next
        }
        return table[last].map { TOMLValue($0) }
    }

    /// Returns a table if it has values of its own, and the tables below it.
    private static func tables(
        _ table: TOMLTable, _ name: String, at steps: [TOMLLines.Step], in document: TOMLDocument
    ) -> [Table] {
        var (tables, values): ([Table], [Value]) = ([], [])
        for (key, value) in table {
            let path = name.isEmpty ? key : "\(name).\(key)"
            let steps = steps + [.key(key)]
            if let below = value.table {
                tables += Self.tables(below, path, at: steps, in: document)
            } else if let elements = value.array?.tables {
                tables += elements.enumerated().map { number, element in
                    let steps = steps + [.element(number)]
                    return Table(
                        name: path, isElement: true, line: document.line(of: steps),
                        values: Self.values(element, "", at: steps, in: document))
                }
            } else {
                values.append(Value(key: key, value: TOMLValue(value), line: document.line(of: steps)))
            }
        }
        guard !values.isEmpty else { return tables }
        return tables + [Table(name: name, isElement: false, line: document.line(of: steps), values: values)]
    }

    /// Returns all values below an element of `[[…]]`.
    private static func values(
        _ table: TOMLTable, _ name: String, at steps: [TOMLLines.Step], in document: TOMLDocument
    ) -> [Value] {
        table.flatMap { key, value -> [Value] in
            let path = name.isEmpty ? key : "\(name).\(key)"
            let steps = steps + [.key(key)]
            if let below = value.table { return values(below, path, at: steps, in: document) }
            return [Value(key: path, value: TOMLValue(value), line: document.line(of: steps))]
        }
    }
}

extension TOMLArray {
    /// The elements of `[[…]]`; `nil` for any other array.
    fileprivate var tables: [TOMLTable]? {
        let tables = compactMap(\.table)
        return isEmpty || tables.count != count ? nil : tables
    }
}
