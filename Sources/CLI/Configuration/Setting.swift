import ArgumentParser

/// A setting of the server.
struct Setting<Value: Sendable>: SettingEntry {
    /// The dot-separated key in the file.
    let key: String
    let kind: SettingKind<Value>
    let defaultValue: Value
    /// A sentence for the help.
    let meaning: String
    /// The flag of `serve`.
    let flag: String?

    /// - Parameter hasFlag: whether `serve` has a flag for it, named after the last part of the key.
    init(_ key: String, _ kind: SettingKind<Value>, default value: Value, _ meaning: String, hasFlag: Bool = false) {
        self.key = key
        self.kind = kind
        defaultValue = value
        self.meaning = meaning
        flag = hasFlag ? "--" + String(key.split(separator: ".").last ?? "").replacing("_", with: "-") : nil
    }

    var allowed: String { kind.allowed }
    var defaultText: String { kind.format(defaultValue) }

    func text(of given: SourcedValue) -> String? { kind.parse(given.value).map(kind.format) }

    func problem(with given: SourcedValue) -> ConfigurationError? {
        guard kind.parse(given.value) == nil else { return nil }
        let faults = kind.diagnose(given.value)
        let errors = (faults.isEmpty ? ["\(given.value.quoted) is not allowed"] : faults).map {
            ConfigurationError(given.origin, key: key, $0, allowed: kind.allowed)
        }
        return ConfigurationError.joined(errors)
    }
}

/// A type-erased setting, for the file, the environment and the help.
protocol SettingEntry: Sendable {
    var key: String { get }
    var flag: String? { get }
    var allowed: String { get }
    var defaultText: String { get }
    var meaning: String { get }

    /// The canonical form of a value, without quotes; `nil` if the value is not allowed.
    func text(of given: SourcedValue) -> String?

    func problem(with given: SourcedValue) -> ConfigurationError?
}

extension SettingEntry {
    /// Whether it belongs to one of the blocks, which exist in the file only.
    var isInBlock: Bool { Settings.blocks.contains { key.hasPrefix($0 + ".") } }

    /// `server.listen` is `COUNTERSIGN_SERVER_LISTEN`.
    var variable: String? {
        isInBlock ? nil : "COUNTERSIGN_" + key.uppercased().replacing(".", with: "_")
    }

    func help(_ valueName: String) -> ArgumentHelp {
        ArgumentHelp("\(meaning) (default: \(defaultText))", valueName: valueName)
    }
}
