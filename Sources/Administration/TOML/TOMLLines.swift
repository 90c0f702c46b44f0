/// The line numbers of the keys of a TOML document.
///
/// The parser reports lines for syntax errors only. The document has been parsed already, so this scan need not find mistakes.
package struct TOMLLines {
    /// A step of a path: a key, or the index of an element of `[[…]]`.
    package enum Step: Hashable {
        case key(String)
        case element(Int)
    }

    private struct Place {
        let line: Int
        /// Whether the value, and so everything inside it, is on one line.
        let isOneLine: Bool
    }

    /// A node of a tree, so that the cost of a lookup is linear in the length of the path.
    private struct Node {
        var place: Place?
        var next: [Step: Int] = [:]
        /// The index of the latest element of `[[…]]`.
        var element: Int?
    }

    /// The root is first; nodes refer to each other by index.
    private var nodes = [Node()]

    init(_ text: [UInt8]) {
        var scanner = TOMLScanner(text)
        var table = 0
        while let statement = scanner.next() {
            let place = Place(line: statement.line, isOneLine: false)
            switch statement.kind {
            case .table(let keys):
                table = resolved(keys)
                record(place, at: table)
            case .element(let keys):
                let list = node(keys.last.map { .key($0) }, below: resolved(keys.dropLast()))
                let number = nodes[list].element.map { $0 + 1 } ?? 0
                nodes[list].element = number
                record(place, at: list)
                table = node(.element(number), below: list)
                record(place, at: table)
            case .value(let keys, let end):
                let below = keys.dropLast().reduce(table) { table, key in
                    let below = node(.key(key), below: table)
                    record(place, at: below)
                    return below
                }
                let value = node(keys.last.map { .key($0) }, below: below)
                nodes[value].place = Place(line: statement.line, isOneLine: end == statement.line)
            }
        }
    }

    /// Returns the line of a value, counted from 1; `nil` if it is uncertain.
    func line(of steps: [Step]) -> Int? {
        var node = nodes[0]
        var nearest: Place?
        for step in steps {
            // Within an inline table or an array on one line: the line of the whole.
            guard let next = node.next[step] else { return nearest.flatMap { $0.isOneLine ? $0.line : nil } }
            node = nodes[next]
            nearest = node.place ?? nearest
        }
        return node.place?.line
    }

    /// `[event_listener.properties]` belongs to the latest `[[event_listener]]`.
    private mutating func resolved(_ keys: some Sequence<String>) -> Int {
        keys.reduce(0) { table, key in
            let next = node(.key(key), below: table)
            return nodes[next].element.map { node(.element($0), below: next) } ?? next
        }
    }

    private mutating func node(_ step: Step?, below table: Int) -> Int {
        guard let step else { return table }
        if let known = nodes[table].next[step] { return known }
        nodes.append(Node())
        nodes[table].next[step] = nodes.count - 1
        return nodes.count - 1
    }

    /// Records a place unless the node has one already.
    private mutating func record(_ place: Place, at node: Int) {
        if nodes[node].place == nil { nodes[node].place = place }
    }
}
