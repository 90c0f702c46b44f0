import Administration
import TOMLKit

/// The configuration file `countersign.toml`.
struct ConfigurationFile {
    /// The name of the file as given, for messages.
    let name: String
    let document: TOMLDocument

    /// In bytes.
    static let maximumLength = TOMLDocument.maximumLength

    /// - Throws: `ConfigurationError` with the line, if the file is not TOML.
    init(_ bytes: [UInt8], name: String) throws(ConfigurationError) {
        self.name = name
        document = try ConfigurationError.reading(name) { () throws(TOMLError) in try TOMLDocument(bytes) }
    }

    /// - Throws: `ConfigurationError` with all mistakes in the file.
    func layer() throws(ConfigurationError) -> SettingsLayer {
        var problems = ErrorCollector()
        let layer = layer(&problems)
        try problems.check()
        return layer
    }

    /// Returns the settings in the file, including invalid ones, so that further checks can run.
    func layer(_ problems: inout ErrorCollector) -> SettingsLayer {
        var reading = Reading()
        visit(document.root, below: "", at: [], &reading)
        for error in reading.mistakes.errors(in: name) { problems.add(error) }
        return reading.layer
    }

    private struct Reading {
        var layer: SettingsLayer = [:]
        var mistakes = FileErrors()
    }

    private func visit(_ table: TOMLTable, below name: String, at steps: [TOMLLines.Step], _ reading: inout Reading) {
        for (key, value) in table {
            let below = name.isEmpty ? key : "\(name).\(key)"
            let steps = steps + [.key(key)]
            let origin = origin(of: steps)
            if let entry = Settings.entry(below) {
                let given = SourcedValue(value: TOMLValue(value), origin: origin)
                if let problem = entry.problem(with: given) { reading.mistakes.add(at: origin, problem) }
                reading.layer[below] = given
            } else if Settings.blocks.contains(below) {
                visitBlocks(value, below, at: steps, &reading)
            } else if !Settings.names(below: below).isEmpty {
                guard let table = value.table else {
                    reading.mistakes.add(
                        at: origin, ConfigurationError(origin, key: below, "is not a table", allowed: "[\(below)]"))
                    continue
                }
                visit(table, below: below, at: steps, &reading)
            } else {
                let kind = value.type == .table || value.array?.first?.type == .table ? "unknown table" : "unknown key"
                let names = Settings.names(below: name)
                reading.mistakes.add(
                    at: origin,
                    ConfigurationError(
                        origin, key: below, kind, allowed: names.joined(separator: ", "),
                        suggestion: NearestName.of(key, among: names)))
            }
        }
    }

    /// `[[event_listener]]` and `[[cache.manager]]`: each block names its listener or cache, which may have only one block.
    private func visitBlocks(
        _ value: any TOMLValueConvertible, _ name: String, at steps: [TOMLLines.Step], _ reading: inout Reading
    ) {
        guard let array = value.array, array.allSatisfy({ $0.type == .table }),
            let entry = Settings.discriminator(of: name)
        else {
            let origin = origin(of: steps)
            reading.mistakes.add(
                at: origin, ConfigurationError(origin, key: name, "is not a list of tables", allowed: "[[\(name)]]"))
            return
        }
        let key = entry.key.dropFirst(name.count + 1)
        for (number, element) in array.enumerated() {
            guard let table = element.table else { continue }
            let steps = steps + [.element(number)]
            let origin = origin(of: steps)
            guard let value = table[String(key)] else {
                reading.mistakes.add(
                    at: origin, ConfigurationError(origin, key: entry.key, "is missing", allowed: entry.allowed))
                continue
            }
            let given = SourcedValue(value: TOMLValue(value), origin: self.origin(of: steps + [.key(String(key))]))
            if let problem = entry.problem(with: given) {
                reading.mistakes.add(at: given.origin, problem)
            } else if reading.layer[entry.key] != nil {
                reading.mistakes.add(
                    at: origin,
                    ConfigurationError(
                        origin, key: name, "\(given.value.quoted) has a block already", allowed: "one block"))
            } else {
                visit(table, below: name, at: steps, &reading)
            }
        }
    }

    private func origin(of steps: [TOMLLines.Step]) -> SourcedValue.Origin {
        .file(name, line: document.line(of: steps))
    }
}
