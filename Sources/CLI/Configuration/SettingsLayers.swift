/// What was set, from the strongest source to the weakest: flags, environment, file. What none of them sets has its default.
struct SettingsLayers: Sendable {
    let layers: [SettingsLayer]

    init(flags: SettingsLayer = [:], environment: SettingsLayer = [:], file: SettingsLayer = [:]) {
        layers = [flags, environment, file]
    }

    /// The value that counts, and where it was written; `nil` where nobody wrote one.
    func given(_ key: String) -> GivenValue? {
        for layer in layers {
            if let value = layer[key] { return value }
        }
        return nil
    }

    /// The setting as it stands.
    ///
    /// - Throws: `ConfigurationError` where what was written is not allowed.
    func value<Value>(_ setting: Setting<Value>) throws(ConfigurationError) -> Value {
        guard let given = given(setting.key) else { return setting.defaultValue }
        if let problem = setting.problem(with: given) { throw problem }
        return setting.kind.read(given.value) ?? setting.defaultValue
    }

    /// A value that is overridden has to be right as well: it is a mistake that waits.
    func check(_ problems: inout ConfigurationProblems) {
        for layer in layers {
            for entry in Settings.all {
                if let given = layer[entry.key], let problem = entry.problem(with: given) { problems.add(problem) }
            }
        }
    }
}
