import Administration

/// The values of one source, by key.
typealias SettingsLayer = [String: SourcedValue]

extension SettingsLayer {
    /// - Parameter flags: `nil` for a flag that was not given.
    init(flags: [(setting: any SettingEntry, value: TOMLValue?)]) {
        self.init()
        for case (let setting, let value?) in flags {
            self[setting.key] = SourcedValue(value: value, origin: .flag(setting.flag ?? setting.key))
        }
    }
}

/// The given settings, in order of precedence: flags, environment, file, defaults.
struct SettingsLayers: Sendable {
    private let layers: [SettingsLayer]

    init(flags: SettingsLayer = [:], environment: SettingsLayer = [:], file: SettingsLayer = [:]) {
        layers = [flags, environment, file]
    }

    /// Returns the effective value and its origin; `nil` if the default applies.
    func explicitValue(of setting: any SettingEntry) -> SourcedValue? {
        layers.lazy.compactMap { $0[setting.key] }.first
    }

    /// Returns the effective value, or the default in place of an invalid one, which `check` reports.
    func value<Value>(_ path: KeyPath<Settings, Setting<Value>>) -> Value {
        let setting = Settings.known[keyPath: path]
        return explicitValue(of: setting).flatMap { setting.kind.parse($0.value) } ?? setting.defaultValue
    }

    /// Reports every invalid value, including those that another source overrides.
    func check(_ problems: inout ErrorCollector) {
        for layer in layers {
            for entry in Settings.all {
                if let given = layer[entry.key], let problem = entry.problem(with: given) { problems.add(problem) }
            }
        }
    }

    /// Returns whether an effective value is invalid; a check of several settings would report it a second time.
    func hasFault(in settings: any SettingEntry...) -> Bool {
        settings.contains { setting in explicitValue(of: setting).map { setting.problem(with: $0) != nil } ?? false }
    }

    /// All settings as they are in force.
    var effective: [EffectiveSetting] {
        Settings.all.map { setting in
            let given = explicitValue(of: setting)
            let origin: EffectiveSetting.Origin =
                switch given?.origin {
                case nil: .standard
                case .file(let name, let line)?: .file(name, line: line)
                case .environment(let variable)?: .environment(variable: variable)
                case .flag(let name)?: .flag(name)
                }
            return EffectiveSetting(
                key: setting.key, value: given.flatMap(setting.text) ?? setting.defaultText,
                defaultValue: setting.defaultText, origin: origin, meaning: setting.meaning, allowed: setting.allowed)
        }
    }

    /// Returns an error at the origin of the setting.
    func problem(_ setting: any SettingEntry, _ problem: String, allowed: String) -> ConfigurationError {
        ConfigurationError(origin(of: setting), key: setting.key, problem, allowed: allowed)
    }

    /// Returns the origin of a setting, or the flag that could set it.
    func origin(of setting: any SettingEntry) -> SourcedValue.Origin {
        explicitValue(of: setting)?.origin ?? .flag(setting.flag ?? setting.key)
    }
}
