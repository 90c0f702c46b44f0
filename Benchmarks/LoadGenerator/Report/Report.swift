import CountersignJOSE

/// The final table: measurements and the project's targets.
struct Report {
    let text: String

    /// - Parameter directory: the directory of the other commands' `--json` output, one file each.
    init(directory: String, note: String?) throws {
        let results = Results(directory: directory)
        var rows = try results.read("verification").map(Self.verification) ?? []
        rows += try TokenRows(results: results).rows()
        rows += try PeopleRows(results: results).rows()
        rows += try CapacityRows(results: results).rows()
        rows += try ConsoleRows.rows(results)
        rows += try PeerRows(results: results).rows()
        rows += try KeySetRows.rows { try results.read($0) }
        text = Self.render(rows, note: note)
    }

    private static func verification(_ report: JSONObject) -> [Row] {
        guard case .array(let algorithms)? = report["verification"] else { return [] }
        return algorithms.compactMap { element in
            guard case .object(let one) = element, let name = one.string("algorithm")?.text else { return nil }
            let bare = one.number("bare_us").map { Figures.text($0) } ?? "?"
            return Row(
                "Verification, \(name): above the bare \(bare) µs", one.number("added_us"), "µs",
                name == "EdDSA" ? .nothing : .atMost(5))
        }
    }

    private static func render(_ rows: [Row], note: String?) -> String {
        let cells = [["figure", "measured", "rounds", "target", ""]] + rows.map(\.cells)
        let widths = (0..<4).map { column in cells.map { $0[column].count }.max() ?? 0 }
        var lines = cells.map { cell in
            let padding = { (column: Int) in String(repeating: " ", count: widths[column] - cell[column].count) }
            let line =
                cell[0] + padding(0) + "  " + padding(1) + cell[1] + "  " + cell[2] + padding(2) + "  " + padding(3)
                + cell[3] + "  " + cell[4]
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        if let note { lines += ["", note] }
        return lines.joined(separator: "\n")
    }
}
