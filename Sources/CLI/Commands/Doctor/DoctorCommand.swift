import AdminClient
import Administration
import ArgumentParser
import HTTP

/// `countersign doctor`: reports current and upcoming problems.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for current and upcoming problems.",
        discussion: """
            Checks certificates that expired or expire within 30 days, clients without a key, key sets that cannot be \
            read, entries of the key store that serve no client, room for used assertions, settings that are less strict than \
            they could be, clients that do not confirm logouts, algorithms that the server has no key for, the change log, file permissions, and whether the limit of open files allows as many connections as \
            configured. One line for each, with what to do. A server may be running.

            Exit status: 0 without problems, even with warnings; 1 with problems.

            EXAMPLES
              countersign doctor
              countersign doctor --data /var/lib/countersign --json
              countersign doctor --config countersign.toml
              countersign doctor --profile production
            """)

    @Option(
        help: ArgumentHelp("The data directory. Default: that of --config, or ./countersign-data.", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp("The server's configuration file, whose settings the checks use.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @OptionGroup(title: "A running server, in place of --data and --config") var remote: RemoteOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try remote.validate(beside: data)
        try remote.validate(without: config == nil ? nil : "--config")
    }

    func run() async throws {
        let configuration = try config.map(ServerConfiguration.read)
        let diagnosis =
            switch try Target(data: data, remote, configured: configuration?.dataDirectory) {
            case .directory(let directory): try await Self.diagnosis(of: directory, configuration)
            case .server(let profile, _): try await profile.withServer { try await $0.doctor.diagnosis(at: .now) }
            }
        if json { JSONOutput.print(diagnosis.json(\.text)) } else { print(diagnosis.text(on: .output)) }
        guard diagnosis.hasNoProblems else { throw ExitCode(1) }
    }

    private static func diagnosis(
        of directory: String, _ configuration: ServerConfiguration?
    ) async throws -> Diagnosis {
        // Before the store is opened, because opening it corrects the mode of the database.
        var diagnosis = Diagnosis(ofSurroundings: configuration, directory: directory)
        // A store whose files have a fault is not opened; the report says why.
        if FileChecks.allowsOpening(directory) {
            try await OpenedStore.with(directory) { store in
                try await diagnosis.check(store, configuration, directory: directory, at: .now)
            }
        } else {
            diagnosis.skip([
                .certificates, .keys, .keySets, .keyStore, .logouts, .replay, .signing, .strictness, .administration,
                .changes,
            ])
        }
        return diagnosis
    }
}

extension Diagnosis {
    /// Checks everything but the store: files, limits of the process, and the configuration.
    ///
    /// - Parameter configuration: `nil` if it is not known.
    init(ofSurroundings configuration: ServerConfiguration?, directory: String) {
        self.init()
        let masterKey = Self.masterKey(configuration, directory)
        add(
            FileChecks.findings(
                FileChecks.subjects(
                    directory: directory, masterKey: masterKey, others: configuration?.files ?? [])))
        add(
            ConfigurationChecks.connections(
                configuration?.httpServer.limits.maximumConnections ?? HTTPLimits().maximumConnections,
                limit: DescriptorLimit.current))
        if let configuration { add(ConfigurationChecks.strictness(of: configuration)) }
    }

    /// - Parameters:
    ///   - configuration: `nil` if it is not known.
    ///   - directory: the data directory.
    mutating func check(
        _ store: any Store, _ configuration: ServerConfiguration?, directory: String, at now: UnixTime
    ) async throws {
        let maximumLiveClaims =
            configuration?.replayLimits.maximumLiveClaims ?? Settings.known.maximumLiveClaims.defaultValue
        let checks = ClientChecks(
            serverValidity: configuration?.settings.policy.certificateValidity ?? .enforce,
            serverRequiresProofKey: configuration?.settings.signIn.requiresProofKey ?? false, grace: .seconds(86_400),
            now: now)
        add(ReplayLogChecks.findings(try await store.replay.facts(), maximum: maximumLiveClaims, now: now))
        try await run(checks, on: store)
        let key = Self.changeLogKey(configuration, directory)
        add(try await ChangeLogChecks.findings(on: store.changes, key: key))
    }

    /// - Returns: `nil` if the master key is not there or cannot be read; a fault of its file is a finding of its own.
    private static func changeLogKey(_ configuration: ServerConfiguration?, _ directory: String) -> ChangeLogKey? {
        if case .key(let key)? = configuration?.masterKey { return ChangeLogKey(key) }
        let path = masterKey(configuration, directory)
        return path.flatMap { try? MasterKeyFile(path: $0).load() }.map { ChangeLogKey($0) }
    }

    /// The path of the master key's file, if it is in one.
    private static func masterKey(_ configuration: ServerConfiguration?, _ directory: String) -> String? {
        switch configuration?.masterKey {
        case .file(let file): file.path
        case .key: nil
        case nil: directory + "/master.key"
        }
    }
}
