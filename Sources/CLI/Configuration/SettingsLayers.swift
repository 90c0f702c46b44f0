/// The values of one source, by key.
typealias SettingsLayer = [String: GivenValue]

/// What was set, from the strongest source to the weakest: flags, environment, file, defaults.
struct SettingsLayers: Sendable {
    private let layers: [SettingsLayer]

    init(flags: SettingsLayer = [:], environment: SettingsLayer = [:], file: SettingsLayer = [:]) {
        layers = [flags, environment, file]
    }

    /// The value that applies and where it was written; `nil` if the default applies.
    func given(_ setting: any SettingEntry) -> GivenValue? {
        layers.lazy.compactMap { $0[setting.key] }.first
    }

    /// The value that applies; the default in place of a value that is not allowed, which `check` reports.
    func value<Value>(_ path: KeyPath<Settings, Setting<Value>>) -> Value {
        let setting = Settings.known[keyPath: path]
        return given(setting).flatMap { setting.kind.read($0.value) } ?? setting.defaultValue
    }

    /// Reports every value that is not allowed, those that another source overrides included.
    func check(_ problems: inout ConfigurationProblems) {
        for layer in layers {
            for entry in Settings.all {
                if let given = layer[entry.key], let problem = entry.problem(with: given) { problems.add(problem) }
            }
        }
    }

    /// Whether a value that applies is not allowed, so that a check of several settings would report it twice.
    func hasFault(in settings: any SettingEntry...) -> Bool {
        settings.contains { setting in given(setting).map { setting.problem(with: $0) != nil } ?? false }
    }

    /// An error at the place where the setting was written.
    func problem(_ setting: any SettingEntry, _ problem: String, allowed: String) -> ConfigurationError {
        ConfigurationError(origin(of: setting), key: setting.key, problem, allowed: allowed)
    }

    /// The place where a setting was written, or the flag that could set it.
    func origin(of setting: any SettingEntry) -> GivenValue.Origin {
        given(setting)?.origin ?? .flag(setting.flag ?? setting.key)
    }
}
