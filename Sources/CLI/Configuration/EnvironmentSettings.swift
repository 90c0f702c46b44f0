import CountersignStore

/// The variables `COUNTERSIGN_…` of the environment.
struct EnvironmentSettings {
    /// The settings among them.
    let layer: SettingsLayer
    /// The master key itself, if it is there.
    let masterKey: MasterKey?

    /// May hold the master key in place of a file.
    static let masterKeyVariable = "COUNTERSIGN_MASTER_KEY"

    /// - Throws: `ConfigurationError` for a variable of that form that nobody reads, and for a master key that is none.
    init(_ environment: [String: String]) throws(ConfigurationError) {
        var layer: SettingsLayer = [:]
        var masterKey: MasterKey?
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("COUNTERSIGN_") {
            if name == Self.masterKeyVariable {
                do {
                    masterKey = try MasterKey(text: text)
                } catch {
                    throw ConfigurationError(.environment(name), key: "", error.explanation)
                }
            } else if let entry = Settings.all.first(where: { $0.variable == name }) {
                layer[entry.key] = GivenValue(value: .word(text), origin: .environment(name))
            } else if !Self.isServiceLink(name) {
                throw ConfigurationError(
                    .environment(VisibleText.of(name)), key: "", "unknown variable",
                    allowed: (Settings.all.compactMap(\.variable) + [Self.masterKeyVariable]).joined(separator: ", "))
            }
        }
        self.layer = layer
        self.masterKey = masterKey
    }

    /// Kubernetes puts variables of this form beside ours where a service is named `countersign` or `countersign-…`:
    /// `COUNTERSIGN_SERVICE_HOST`, `COUNTERSIGN_SERVICE_PORT_HTTPS`, `COUNTERSIGN_PORT`, `COUNTERSIGN_PORT_9443_TCP_ADDR`.
    private static func isServiceLink(_ name: String) -> Bool {
        name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.hasSuffix("_PORT")
            || name.contains(/_PORT_[0-9]+_(TCP|UDP|SCTP)/)
    }
}
