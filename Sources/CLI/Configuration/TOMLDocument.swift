import TOMLKit

/// A TOML file whose values know on which line they stand.
struct TOMLDocument {
    /// As it was named, for messages.
    let name: String
    let root: TOMLTable
    private let lines: TOMLLines

    /// The longest file that is read, in bytes.
    static let maximumLength = 1_048_576

    /// - Throws: `ConfigurationError` with the line where it is no TOML.
    init(_ bytes: [UInt8], name: String) throws(ConfigurationError) {
        func refused(_ problem: String, line: Int? = nil) -> ConfigurationError {
            ConfigurationError(.file(name, line: line), key: "", problem)
        }
        guard bytes.count <= Self.maximumLength else { throw refused("the file is longer than 1 MiB") }
        // A byte order mark would stand in the first key.
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let text = String(validating: bytes, as: UTF8.self) else { throw refused("the file is not UTF-8") }
        // The parser takes a C string.
        guard !bytes.contains(0) else { throw refused("the file has a NUL byte") }
        var scanner = TOMLScanner(bytes)
        switch scanner.fault() {
        case .depth:
            throw refused(
                "more than \(TOMLScanner.maximumDepth) levels of tables, keys or lists", line: scanner.line)
        case .header: throw refused("no TOML: a table's name is missing between its brackets", line: scanner.line)
        case .time: throw refused("no TOML: what follows a date is not a time", line: scanner.line)
        case .bracket: throw refused("no TOML: a closing bracket is of another kind", line: scanner.line)
        case nil: break
        }
        do {
            root = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw refused("no TOML: \(error.shortDescription)", line: error.source.begin.line)
        } catch {
            throw refused("no TOML: \(error)")
        }
        self.name = name
        lines = TOMLLines(bytes)
    }

    /// The line of a value or a table, counted from 1; `nil` where it cannot be told without doubt.
    func line(of steps: [TOMLLines.Step]) -> Int? { lines.line(of: steps) }

    /// Where a value stands, for messages about it.
    func origin(of steps: [TOMLLines.Step]) -> GivenValue.Origin {
        .file(name, line: line(of: steps))
    }
}

extension TOMLParseError {
    /// What is set twice, or else the parser's own words, which may quote a whole line of the file.
    fileprivate var shortDescription: String {
        var words = description[...]
        if words.hasPrefix("Error while parsing "), let colon = words.firstRange(of: ": ") {
            words = words[colon.upperBound...]
        }
        if words.hasPrefix("cannot redefine existing "), let name = words.firstIndex(of: "'") {
            words = words[name...].prefix { $0 != "\n" }
            // What stands there already may follow in words.
            if let end = words.dropFirst().firstIndex(of: "'") { words = words[...end] }
            return String(decoding: words.utf8.prefix(300), as: UTF8.self) + " is set twice"
        }
        return words.utf8.count > 300 ? String(decoding: words.utf8.prefix(300), as: UTF8.self) + "…" : String(words)
    }
}

extension WrittenValue {
    init(_ value: any TOMLValueConvertible) {
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
