import Administration
import ArgumentParser
import Foundation

/// `countersign import-wso2`: settings and certificates of WSO2 Identity Server.
struct ImportWSO2Command: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-wso2", abstract: "Import settings and certificates from WSO2 Identity Server.",
        discussion: """
            Reads the private_key_jwt authenticator's settings from deployment.toml and the clients' certificates from the \
            key store, and prints what was imported, what was not, and why. Run it as often as you like: existing values \
            stay unchanged, and if any of them differs, nothing is changed.

            Without --config the settings are only printed. $ref{…} in deployment.toml is filled in, $env{…} for the variables \
            that --allow-env names; settings with $secret{…}, $sys{…} or ${…} are left to you. Clients themselves are \
            registered with 'client add': the commands are printed.

            EXAMPLES
              countersign import-wso2 --deployment deployment.toml --dry-run
              countersign import-wso2 --deployment deployment.toml \\
                  --config countersign.toml
              countersign import-wso2 --deployment deployment.toml \\
                  --config countersign.toml --data /var/lib/countersign \\
                  --keystore wso2carbon.jks --password-file keystore.password
              countersign import-wso2 --deployment deployment.toml \\
                  --keystore wso2carbon.jks --profile production
            """)

    @Option(
        help: ArgumentHelp("The deployment.toml of WSO2 Identity Server.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var deployment: String

    @Option(
        help: ArgumentHelp("A key store with clients' certificates under their client IDs.", valueName: "file"),
        completion: .file(extensions: ["jks", "p12", "pfx"]))
    var keystore: String?

    @OptionGroup var password: PasswordOptions

    @Option(
        help: ArgumentHelp("The configuration file for the settings; created if it is missing.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The data directory for the certificates, recorded in --config. Default: that of --config, or ./countersign-data.",
            valueName: "dir"),
        completion: .directory)
    var data: String?

    @OptionGroup(title: "A running server for the certificates, in place of --data") var remote: RemoteOptions

    @Option(
        name: .customLong("allow-env"),
        help: ArgumentHelp(
            "A variable of the environment that $env{…} in deployment.toml may put into the configuration. May be repeated.",
            valueName: "name"))
    var allowedVariables: [String] = []

    @Flag(help: "Change nothing: only report what would be imported.")
    var dryRun = false

    @Flag(help: "Replace key store entries that have a different certificate.")
    var replace = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try remote.validate(beside: data)
        if remote.isGiven, keystore == nil {
            throw ValidationError("A running server is for the certificates: name their key store with --keystore.")
        }
        if let reserved = allowedVariables.first(where: Placeholders.isReserved) {
            throw ValidationError("--allow-env \(reserved): variables of Countersign's own are never read for a file.")
        }
        if keystore == nil, !password.isEmpty || replace {
            throw ValidationError(
                "--password-file, --password-stdin and --replace are for the key store: name it with --keystore.")
        }
        if [deployment, keystore].filter({ $0 == "-" }).count + (password.passwordStdin ? 1 : 0) > 1 {
            throw ValidationError("Standard input can be read only once.")
        }
    }

    func run() async throws {
        let file = try InputFile(deployment, limit: TOMLDocument.maximumLength)
        var migration = try Migration(
            file.bytes, name: file.name, allowed: Set(allowedVariables), variables: ProcessInfo.processInfo.environment)
        if let last = migration.refusals.last {
            for refusal in migration.refusals.dropLast() { ErrorLine.write(refusal) }
            throw last
        }
        for warning in migration.warnings { Terminal.warn(warning) }
        let target = try config.map { try TargetConfiguration(path: $0) }
        let ofServer = target?.dataDirectory ?? OpenedStore.defaultDirectory
        // A store that does not exist yet is created here, so only options name a running server.
        let place = remote.isGiven ? try Target(data: nil, remote) : .directory(data ?? ofServer)
        if target != nil, case .directory(let directory) = place, !Self.isSame(directory, ofServer) {
            migration.rows.append(Self.row(for: directory))
        }
        let certificates = try keystore.map { try CertificateFile.read($0, password) }

        // Both halves are checked before either is changed.
        var plan: KeyStoreImport?
        if let certificates {
            plan = try await place.plan(certificates, replaces: replace)
        }
        var report = MigrationReport(
            migration: migration, target: target, certificates: plan, place: place, isDryRun: dryRun)
        // Throws for settings that cannot be written before the key store is changed.
        if !report.hasConflict, let target { _ = try target.text(adding: migration.settings) }
        if !dryRun, !report.hasConflict {
            if let plan { try await place.commit(plan) }
            if let target { report.hasWrittenConfiguration = try target.write(migration.settings) }
            if report.hasWrittenConfiguration, let target, let mode = target.openMode {
                Terminal.warn("Others may read or write \(target.path) (mode \(mode)): chmod 600 \(target.path)")
            }
        }
        if json { JSONOutput.print(report.json) } else { print(report.text) }
        guard !report.hasConflict else {
            throw CommandFailure("Existing values differ, so nothing was changed: see the lines marked conflict.")
        }
    }

    /// Returns the row of the setting that points a server to the certificates.
    private static func row(for directory: String) -> Migration.Row {
        let given = SourcedValue(value: .untyped(directory), origin: .flag("--data"))
        let setting = ImportedSetting(Settings.known.data, given)
        let outcome = setting.map { Migration.Outcome.setting($0, note: nil) } ?? .skipped("cannot be read")
        return Migration.Row(line: nil, found: "--data", outcome: outcome)
    }

    /// Returns whether two paths name the same directory, which need not exist.
    private static func isSame(_ path: String, _ other: String) -> Bool {
        URL(fileURLWithPath: path).standardizedFileURL.path == URL(fileURLWithPath: other).standardizedFileURL.path
    }
}
