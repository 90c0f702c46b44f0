import Administration

/// The settings from environment variables named `COUNTERSIGN_…`.
struct EnvironmentSettings {
    let layer: SettingsLayer
    let masterKey: MasterKey?

    /// The variable that holds the master key, as an alternative to a file.
    static let masterKeyVariable = "COUNTERSIGN_MASTER_KEY"

    /// - Parameter problems: receives errors for unknown variables and an invalid master key.
    init(_ environment: [String: String], _ problems: inout ErrorCollector) {
        var layer: SettingsLayer = [:]
        var masterKey: MasterKey?
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("COUNTERSIGN_") {
            if name == Self.masterKeyVariable {
                do {
                    masterKey = try MasterKey(text: text)
                } catch {
                    let reason =
                        error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message
                    problems.add(
                        ConfigurationError(
                            .environment(name), key: "", reason.prefix(1).lowercased() + reason.dropFirst()))
                }
            } else if let entry = Settings.all.first(where: { $0.variable == name }) {
                layer[entry.key] = SourcedValue(value: .untyped(text), origin: .environment(name))
            } else if name != ProfileFile.variable, !Self.isServiceLink(name) {
                problems.add(
                    ConfigurationError(
                        .environment(name), key: "", "unknown variable",
                        allowed: "COUNTERSIGN_ and the key of a setting in upper case, as in COUNTERSIGN_SERVER_LISTEN",
                        suggestion: NearestName.of(
                            name, among: Settings.all.compactMap(\.variable) + [Self.masterKeyVariable])))
            }
        }
        self.layer = layer
        self.masterKey = masterKey
    }

    /// Returns whether Kubernetes adds a variable of this form for a service named `countersign` or `countersign-…`:
    /// `COUNTERSIGN_SERVICE_HOST`, `COUNTERSIGN_SERVICE_PORT_HTTPS`, `COUNTERSIGN_PORT`, `COUNTERSIGN_PORT_9443_TCP_ADDR`.
    private static func isServiceLink(_ name: String) -> Bool {
        name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.hasSuffix("_PORT")
            || name.contains(/_PORT_[0-9]+_(TCP|UDP|SCTP)/)
    }
}
