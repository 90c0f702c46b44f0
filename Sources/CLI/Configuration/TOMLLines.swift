/// Where each key of a TOML document stands.
///
/// The parser tells the place of a syntax error and forgets all other places. This walks over a document that has been
/// parsed already, so it need not find mistakes: it only has to keep out of strings, comments and arrays.
struct TOMLLines {
    /// One step on the way to a value: a key, or the number of an element of `[[…]]`.
    enum Step: Hashable {
        case key(String)
        case element(Int)
    }

    private struct Place {
        let line: Int
        /// Whether the value ends on the line it begins on, so that what is inside it stands there too.
        let isOneLine: Bool
    }

    private var places: [[Step]: Place] = [:]

    init(_ text: String) {
        var scanner = TOMLScanner(text)
        var elements: [[Step]: Int] = [:]
        var table: [Step] = []
        while let statement = scanner.next() {
            let line = statement.line
            switch statement.kind {
            case .table(let keys): table = Self.resolved(keys, in: elements)
            case .element(let keys):
                let name = Self.resolved(keys.dropLast(), in: elements) + keys.suffix(1).map(Step.key)
                let number = elements[name].map { $0 + 1 } ?? 0
                elements[name] = number
                table = name + [.element(number)]
                if places[name] == nil { places[name] = Place(line: line, isOneLine: false) }
            case .value(let keys, let end):
                places[table + keys.map(Step.key)] = Place(line: line, isOneLine: end == line)
                for count in 1..<max(1, keys.count) {
                    let prefix = table + keys.prefix(count).map(Step.key)
                    if places[prefix] == nil { places[prefix] = Place(line: line, isOneLine: false) }
                }
                continue
            }
            if places[table] == nil { places[table] = Place(line: line, isOneLine: false) }
        }
    }

    /// The line of a value, counted from 1; `nil` where it cannot be told without doubt.
    func line(of steps: [Step]) -> Int? {
        if let place = places[steps] { return place.line }
        // Inside an inline table or an array: the line of the whole, where the whole has but one.
        for count in stride(from: steps.count - 1, to: 0, by: -1) {
            if let place = places[Array(steps.prefix(count))] { return place.isOneLine ? place.line : nil }
        }
        return nil
    }

    /// `[event_listener.properties]` belongs to the latest `[[event_listener]]`.
    private static func resolved(_ keys: some Sequence<String>, in elements: [[Step]: Int]) -> [Step] {
        keys.reduce(into: []) { steps, key in
            steps.append(.key(key))
            if let latest = elements[steps] { steps.append(.element(latest)) }
        }
    }
}
