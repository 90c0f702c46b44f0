import CountersignJOSE

/// The output of a list command: a table, a JSON array, or a sentence if the list is empty.
enum Listing {
    /// - Parameters:
    ///   - json: the JSON of one element; `nil` prints a table.
    ///   - empty: the text in place of a table without rows.
    ///   - columns: titles, and functions that return the text of an element.
    static func print<Element>(
        _ elements: [Element], json: ((Element) -> JSONObject)?, empty: String,
        columns: [(title: String, text: (Element) -> String)]
    ) {
        if let json {
            JSONOutput.print(.array(elements.map { .object(json($0)) }))
        } else if elements.isEmpty {
            Swift.print(empty)
        } else {
            let rows = elements.map { element in columns.map { $0.text(element) } }
            Swift.print(Columns.text([columns.map(\.title)] + rows))
        }
    }
}
