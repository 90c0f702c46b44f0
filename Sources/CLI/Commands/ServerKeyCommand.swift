import AdminClient
import Administration
import ArgumentParser

struct ServerKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server-key", abstract: "List, rotate and retire the keys that the server signs with.",
        discussion: """
            The server makes its keys at its first start. A running server applies changes within a few seconds.
            """,
        subcommands: [ServerKeyList.self, ServerKeyRotate.self, ServerKeyRetire.self])
}

/// The store with the keys, and the server's configuration with its master key.
struct ServerKeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The data directory. Default: that of --config, or ./countersign-data.", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp("The server's configuration file.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @OptionGroup(title: "A running server, in place of --data and --config") var remote: RemoteOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func validate() throws {
        try remote.validate(beside: data)
        try remote.validate(without: config == nil ? nil : "--config")
    }

    /// Prints the keys that `body` returns.
    func withKeys(
        _ body: (any ServerKeyOperations) async throws -> [ServerKeyAdministration.Details]
    ) async throws {
        let given = try config.map(ServerConfiguration.read)
        let keys =
            switch try Target(data: data, remote, configured: given?.dataDirectory) {
            case .directory(let directory):
                try await OpenedStore.with(directory) { store in
                    try await body(
                        LocalServerKeys(
                            ServerKeyAdministration(store), directory: directory, isDirectoryGiven: data != nil,
                            configuration: given))
                }
            case .server(let profile, _): try await profile.withServer { try await body($0.operations.serverKeys) }
            }
        Listing.print(
            keys, json: json ? \.json : nil, empty: "No keys yet: the server makes them at its first start.",
            columns: [
                ("KID", \.keyID.text), ("ALGORITHM", \.algorithm.name), ("STATE", \.state.rawValue),
                ("SIGNS FROM", \.signsFrom.text), ("PUBLISHED UNTIL", { $0.publishedUntil?.text ?? "-" }),
            ])
    }
}

struct ServerKeyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the server's keys.",
        discussion: """
            A key is next (published, not used yet), active (signs), retired (published until its last token has expired) or \
            withdrawn.

            EXAMPLES
              countersign server-key list
              countersign server-key list --data /var/lib/countersign --json
              countersign server-key list --profile production
            """)

    @OptionGroup var options: ServerKeyOptions

    func run() async throws {
        try await options.withKeys { try await $0.list(at: .now) }
    }
}

struct ServerKeyRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Make the next keys.",
        discussion: """
            The new keys are published at once and sign from the time given, so that everybody who verifies tokens has read them \
            by then. The keys before them stay published until their last tokens have expired. Name the server's configuration, which \
            says how long tokens live; without it, the keys stay published for as long as any token can be valid (365 days).

            EXAMPLES
              countersign server-key rotate --config countersign.toml
              countersign server-key rotate --config countersign.toml --in 1h
              countersign server-key rotate --algorithm ES256 --in 7d
            """)

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp(
            "When they begin to sign, from now: \(DurationText.examples), at least 5m.", valueName: "duration"),
        transform: Transform.interval)
    var interval: Duration = .seconds(86_400)

    @Option(help: "Only the key of this algorithm; may be given more than once. Default: all.")
    var algorithm: [SignatureAlgorithm] = []

    @OptionGroup var options: ServerKeyOptions

    func validate() throws {
        guard interval >= HeaderFields.cacheLifetime else {
            throw ValidationError(
                "--in must be at least 5m, because verifiers may keep the key set for that long. To replace a stolen key, use "
                    + "'countersign server-key retire'.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        let chosen: [SignatureAlgorithm] = algorithm.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        try await options.withKeys { try await $0.rotate(chosen.isEmpty ? nil : chosen, after: interval, at: now) }
    }
}

struct ServerKeyRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire", abstract: "Withdraw a key at once, for example because it was stolen.",
        discussion: """
            Tokens that it has signed are no longer valid for anybody who reads the key set again. If the key signs, the next one \
            takes its place, or a new one. For a scheduled replacement, use rotate. Asks first on a terminal; otherwise --yes is needed.

            EXAMPLES
              countersign server-key retire 6-Y4XYRqmAVCm5wXTDAqvqHFFZTAYq_e5NbVO5IHr7s
            """)

    @Argument(help: "The key's kid.", completion: StoreNames.serverKeys)
    var kid: String

    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var options: ServerKeyOptions

    func run() async throws {
        try confirmation.requireAnswer()
        try confirmation.confirm("Withdraw the key \(kid)? Its tokens are no longer valid.")
        try await options.withKeys { try await $0.retire(kid, at: .now) }
    }
}
