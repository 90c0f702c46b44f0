import AdminClient
import Administration
import ArgumentParser
import Foundation

/// `countersign settings`: the settings in force, of a running server or as one would start.
struct SettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Show the settings in force, and where each comes from.",
        discussion: """
            Of a running server (--server or --profile), or as 'countersign serve' would start with --config and the environment; flags of \
            'serve' are not known here. Nothing is started and nothing is written. Secrets are not settings and are not shown.

            EXAMPLES
              countersign settings --config countersign.toml
              countersign settings --profile production --changed
              countersign settings --profile production --json
            """)

    @Option(
        help: ArgumentHelp("The server's configuration file.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @Flag(help: "List only the settings that are not left at their default.")
    var changed = false

    @OptionGroup(title: "A running server") var remote: RemoteOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func validate() throws {
        try remote.validate(beside: nil)
        try remote.validate(without: config == nil ? nil : "--config")
    }

    func run() async throws {
        let settings = try await settings().filter { !changed || $0.origin != .standard }
        Listing.print(
            settings, json: json ? \.json : nil, empty: "All settings are left at their default.",
            columns: [("SETTING", \.key), ("VALUE", \.value), ("FROM", \.origin.text)])
    }

    private func settings() async throws -> [EffectiveSetting] {
        if case .server(let profile, _)? = try remote.target(unless: config != nil) {
            return try await profile.withServer { try await $0.settings() }
        }
        return try ServerConfiguration(
            environment: ProcessInfo.processInfo.environment, file: try config.map(ConfigurationFile.read)
        ).effectiveSettings
    }
}
