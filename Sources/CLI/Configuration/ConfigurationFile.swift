import TOMLKit

/// `countersign.toml`: the settings it makes, each with its line, or what is wrong with it.
struct ConfigurationFile {
    /// As it was named, for messages.
    let name: String
    private let lines: TOMLLines
    private let document: TOMLTable

    /// The longest file that is read, in bytes.
    static let maximumLength = 1_048_576

    /// - Throws: `ConfigurationError` with the line where it is no TOML.
    init(_ bytes: [UInt8], name: String) throws(ConfigurationError) {
        func refused(_ problem: String, line: Int? = nil) -> ConfigurationError {
            ConfigurationError(.file(name, line: line), key: "", problem)
        }
        guard bytes.count <= Self.maximumLength else { throw refused("the file is longer than 1 MiB") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw refused("the file is not UTF-8") }
        // The parser takes a C string.
        guard !bytes.contains(0) else { throw refused("the file has a NUL byte") }
        do {
            document = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw refused("no TOML: \(error.description)", line: error.source.begin.line)
        } catch {
            throw refused("no TOML: \(error)")
        }
        self.name = name
        lines = TOMLLines(text)
    }

    /// Every setting of the file.
    ///
    /// - Throws: `ConfigurationError`, the one that stands first in the file.
    func layer() throws(ConfigurationError) -> SettingsLayer {
        var reading = Reading()
        visit(document, below: "", at: [], &reading)
        if let first = reading.errors.min(by: { ($0.line ?? .max) < ($1.line ?? .max) }) { throw first }
        return reading.layer
    }

    private struct Reading {
        var layer: SettingsLayer = [:]
        var errors: [ConfigurationError] = []
    }

    private func visit(_ table: TOMLTable, below name: String, at steps: [TOMLLines.Step], _ reading: inout Reading) {
        for (key, value) in table {
            let below = name.isEmpty ? key : "\(name).\(key)"
            let steps = steps + [.key(key)]
            let origin = origin(of: steps)
            if let entry = Settings.entry(below) {
                let given = GivenValue(value: WrittenValue(value), origin: origin)
                if let problem = entry.problem(with: given) { reading.errors.append(problem) }
                reading.layer[below] = given
            } else if Settings.blocks.contains(below) {
                visitBlocks(value, below, at: steps, &reading)
            } else if !Settings.names(below: below).isEmpty {
                guard let table = value.table else {
                    reading.errors.append(
                        ConfigurationError(origin, key: below, "is not a table", allowed: "[\(below)]"))
                    continue
                }
                visit(table, below: below, at: steps, &reading)
            } else {
                let allowed = Settings.names(below: name).joined(separator: ", ")
                let kind = value.type == .table || value.array?.first?.type == .table ? "unknown table" : "unknown key"
                reading.errors.append(ConfigurationError(origin, key: below, kind, allowed: allowed))
            }
        }
    }

    /// `[[event_listener]]` and `[[cache.manager]]`: each says which listener or cache it is about, and may stand once.
    private func visitBlocks(
        _ value: any TOMLValueConvertible, _ name: String, at steps: [TOMLLines.Step], _ reading: inout Reading
    ) {
        guard let array = value.array, array.allSatisfy({ $0.type == .table }),
            let entry = Settings.discriminator(of: name)
        else {
            reading.errors.append(
                ConfigurationError(
                    origin(of: steps), key: name, "is not a list of tables", allowed: "[[\(name)]]"))
            return
        }
        let key = entry.key.dropFirst(name.count + 1)
        for (number, element) in array.enumerated() {
            guard let table = element.table else { continue }
            let steps = steps + [.element(number)]
            guard let value = table[String(key)] else {
                reading.errors.append(
                    ConfigurationError(origin(of: steps), key: entry.key, "is missing", allowed: entry.allowed))
                continue
            }
            let given = GivenValue(value: WrittenValue(value), origin: origin(of: steps + [.key(String(key))]))
            if let problem = entry.problem(with: given) {
                reading.errors.append(problem)
            } else if reading.layer[entry.key] != nil {
                reading.errors.append(
                    ConfigurationError(
                        origin(of: steps), key: name, "\(given.value.quoted) has a block already", allowed: "one block")
                )
            } else {
                visit(table, below: name, at: steps, &reading)
            }
        }
    }

    private func origin(of steps: [TOMLLines.Step]) -> GivenValue.Origin {
        .file(name, line: lines.line(of: steps))
    }
}

extension WrittenValue {
    fileprivate init(_ value: any TOMLValueConvertible) {
        switch value.type {
        case .string: self = .text(value.string ?? "")
        case .int: self = value.int.map { .integer($0) } ?? .other("an integer")
        case .bool: self = value.bool.map { .boolean($0) } ?? .other("a boolean")
        case .array:
            let texts = value.array?.map(\.string) ?? [nil]
            let strings = texts.compactMap(\.self)
            self = strings.count == texts.count ? .texts(strings) : .other("a list of something else")
        case .table: self = .other("a table")
        case .double: self = .other(value.double.map { "\($0)" } ?? "a number")
        case .date, .time, .dateTime: self = .other("a date or time")
        }
    }
}
