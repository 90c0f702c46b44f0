import Administration
import Files
import Foundation

/// The configuration file that receives the settings; it need not exist yet.
struct TargetConfiguration {
    let path: String
    private let existing: (bytes: [UInt8], document: TOMLDocument, layer: SettingsLayer)?

    enum Effect: Equatable {
        case added
        case unchanged
        /// The file has a different value.
        case conflict(says: String, line: Int?)
    }

    /// Reads the file if it exists.
    ///
    /// - Throws: `ConfigurationError` if the existing file has a mistake.
    init(path: String) throws {
        let isThere = access(path, F_OK) == 0
        try self.init(path: path, isThere ? InputFile(path, limit: TOMLDocument.maximumLength).bytes : nil)
    }

    /// - Parameter bytes: the content of the file; `nil` if it does not exist.
    init(path: String, _ bytes: [UInt8]?) throws(ConfigurationError) {
        self.path = path
        guard let bytes else {
            existing = nil
            return
        }
        let file = try ConfigurationFile(bytes, name: path)
        existing = (bytes, file.document, try file.layer())
    }

    /// The data directory that the file sets.
    var dataDirectory: String? { existing?.layer[Settings.known.data.key]?.value.stringValue }

    /// The mode of an existing file that others may read or write.
    var openMode: FileMode? {
        guard existing != nil, let mode = FileFacts(path: path)?.mode else { return nil }
        return mode.isOpenToOthers ? mode : nil
    }

    func effect(of setting: ImportedSetting) -> Effect {
        guard let given = existing?.layer[setting.entry.key] else { return .added }
        guard setting.entry.text(of: given) != setting.text else { return .unchanged }
        return .conflict(says: given.value.quoted, line: given.origin.line)
    }

    /// Writes the missing settings and keeps everything else in the file, comments included.
    ///
    /// - Returns: whether any setting was missing.
    func write(_ settings: [ImportedSetting]) throws -> Bool {
        guard settings.contains(where: { effect(of: $0) == .added }) else { return false }
        let text = try text(adding: settings)
        guard existing != nil else {
            try NewFile.write(Array(text.utf8), to: path, for: .ownerOnly, replaces: false)
            return true
        }
        // A symbolic link is kept, and so is the mode of the file.
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        var facts = stat()
        let isThere = stat(file, &facts) == 0
        let audience = isThere ? NewFile.Audience(mode: facts.st_mode & 0o777, isExact: true) : .ownerOnly
        try NewFile.write(Array(text.utf8), to: file, for: audience, replaces: true)
        return true
    }

    /// Returns the whole file with the missing settings added.
    ///
    /// - Throws: `CommandFailure` if they cannot be added without changing existing lines; `ConfigurationError` if the result is not
    ///   a valid configuration.
    func text(adding settings: [ImportedSetting]) throws -> String {
        let missing = settings.filter { effect(of: $0) == .added }
        let text = try editedText(adding: missing)
        _ = try ServerConfiguration(file: ConfigurationFile(Array(text.utf8), name: path))
        return text
    }

    private func editedText(adding missing: [ImportedSetting]) throws -> String {
        guard let existing else { return Self.head + Self.tables(missing) }
        var edit = ConfigurationEdit(existing.bytes)
        for (table, settings) in Self.grouped(missing) {
            let lines = settings.map(Self.line)
            if let header = existing.document.line(of: Self.steps(to: table)) {
                edit.insertions.append((header, lines))
            } else {
                edit.appended.append([Self.header(table)] + lines)
            }
        }
        guard verifies(missing, to: existing.layer, edit.text) else {
            throw CommandFailure(
                """
                \(path): the settings cannot be added without a change of what stands there. Add them yourself: \
                \(missing.map { "\($0.entry.key) = \($0.tomlText)" }.joined(separator: ", ")).
                """)
        }
        return edit.text
    }

    /// Renders the settings as a file.
    static func tables(_ settings: [ImportedSetting]) -> String {
        grouped(settings).map { table, settings in
            ([header(table)] + settings.map(line)).joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    private static let head = "# Imported from WSO2 Identity Server by countersign import-wso2.\n\n"

    /// Verifies that the edited text has the new values and all old ones.
    private func verifies(_ missing: [ImportedSetting], to before: SettingsLayer, _ text: String) -> Bool {
        guard let file = try? ConfigurationFile(Array(text.utf8), name: path), let after = try? file.layer() else {
            return false
        }
        var expected = before.mapValues(\.value)
        for setting in missing {
            guard let given = after[setting.entry.key], setting.entry.text(of: given) == setting.text else {
                return false
            }
            expected[setting.entry.key] = given.value
        }
        return after.mapValues(\.value) == expected
    }

    /// Groups the settings by table, in the order of the documentation.
    private static func grouped(_ settings: [ImportedSetting]) -> [(table: String, settings: [ImportedSetting])] {
        let ordered = Settings.all.compactMap { entry in settings.first { $0.entry.key == entry.key } }
        return ordered.reduce(into: []) { groups, setting in
            if let last = groups.indices.last, groups[last].table == setting.table {
                groups[last].settings.append(setting)
            } else {
                groups.append((setting.table, [setting]))
            }
        }
    }

    private static func line(_ setting: ImportedSetting) -> String { "\(setting.name) = \(setting.tomlText)" }

    private static func header(_ table: String) -> String {
        Settings.blocks.contains(table) ? "[[\(table)]]" : "[\(table)]"
    }

    /// Returns the path of a table. A configuration has at most one block of each kind, so its index is 0.
    private static func steps(to table: String) -> [TOMLLines.Step] {
        var path: [String] = []
        return table.split(separator: ".").flatMap { name -> [TOMLLines.Step] in
            path.append(String(name))
            let isBlock = Settings.blocks.contains(path.joined(separator: "."))
            return [.key(String(name))] + (isBlock ? [.element(0)] : [])
        }
    }
}
