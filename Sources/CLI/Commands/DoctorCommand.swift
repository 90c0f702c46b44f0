import ArgumentParser
import Countersign
import CountersignJOSE
import Foundation
import HTTP
import SQLite
import Store

/// `countersign doctor`: what is wrong, or soon will be.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for what is wrong, or soon will be.",
        discussion: """
            Checks certificates that ran out or run out within 30 days, clients without a key, key sets that cannot be \
            read, entries of the key store that serve nobody, room for used assertions, settings that are less strict than \
            they could be, who may read the files, and whether the limit of open files allows as many connections as \
            configured. One line for each, with what to do. A server may run meanwhile.

            Exit status: 0 without a problem, warnings or not; 1 with one.

            EXAMPLES
              countersign doctor
              countersign doctor --data /var/lib/countersign --json
              countersign doctor --config countersign.toml
            """)

    @Option(
        help: ArgumentHelp("The data directory. Default: that of --config, or ./countersign-data.", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp("The server's configuration file, to judge by its settings.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let configuration = try config.map { path in
            try ServerConfiguration(
                environment: ProcessInfo.processInfo.environment, file: ConfigurationFile.read(path))
        }
        let directory = data ?? configuration?.dataDirectory ?? OpenedStore.defaultDirectory
        var diagnosis = Diagnosis()
        // Before the store is opened: that alone mends the mode of the database.
        diagnosis.add(
            FileChecks.findings(
                FileChecks.subjects(
                    directory: directory, masterKey: masterKey(configuration, directory),
                    others: configuration?.files ?? [])))
        let canOpen = FileChecks.allowsOpening(directory)
        diagnosis.add(
            ConnectionChecks.findings(
                configuration?.front.limits.maximumConnections ?? HTTPLimits().maximumConnections,
                limit: DescriptorLimit.current))
        if let configuration { diagnosis.add(Self.strictness(of: configuration)) }
        let maximumLiveClaims = configuration?.replayLimits.maximumLiveClaims ?? Settings.maximumLiveClaims.defaultValue
        let checks = ClientChecks(
            serverValidity: configuration?.policy.certificateValidity ?? .enforce, grace: .seconds(86_400), now: .now)
        // A store that nobody may rely on is not opened; the report says why.
        if canOpen {
            diagnosis = try await OpenedStore.with(directory) { store in
                diagnosis.add(
                    ReplayLogChecks.findings(try await store.replayLogFacts(), maximum: maximumLiveClaims, now: .now))
                return try await Self.examine(store, checks, diagnosis)
            }
        } else {
            diagnosis.leaveAside([.certificates, .keys, .keySets, .keyStore, .replay, .strictness])
        }
        if json { JSONOutput.print(diagnosis.json) } else { print(diagnosis.text(on: .output)) }
        guard diagnosis.isSound else { throw ExitCode(1) }
    }

    private func masterKey(_ configuration: ServerConfiguration?, _ directory: String) -> String? {
        switch configuration?.masterKey {
        case .file(let file): file.path
        case .key: nil
        case nil: directory + "/master.key"
        }
    }

    private static func strictness(of configuration: ServerConfiguration) -> [Finding] {
        var findings: [Finding] = []
        if !configuration.policy.preventsReuse {
            findings.append(
                Finding(
                    .warning, .strictness,
                    "PreventTokenReuse is false: an assertion of any client works until it expires.",
                    remedy: "set it to true in the block [[event_listener]]"))
        }
        if let proxy = configuration.remoteDocuments.proxy, proxy.resolvesNames {
            findings.append(
                Finding(
                    .warning, .strictness,
                    "The proxy \(proxy.name) looks up the names of key servers: where they lead to is not checked here.",
                    remedy: "let the proxy refuse private addresses, or take proxy_resolves_names out"))
        }
        return findings
    }

    /// Walks through the clients, a page at a time.
    private static func examine(
        _ store: any Store, _ checks: ClientChecks, _ before: Diagnosis
    ) async throws -> Diagnosis {
        var diagnosis = before
        let entries = try await store.keyStore.entries()
        let aliases = Dictionary(grouping: entries.filter { !$0.isFromJava }.map(\.alias), by: \.asciiLowercased)
        try await store.clients.walk { registration throws(StoreError) in
            var keySet: RemoteKeySetRecord?
            if case .keySet(let url) = registration.keySource { keySet = try await store.keySets.record(of: url) }
            let id = registration.client.id.value
            let lookalikes = aliases[id.asciiLowercased, default: []].filter { $0 != id }
            diagnosis.add(checks.findings(registration, keySet: keySet, lookalikes: lookalikes))
        }
        let clients = try await ClientIDIndex(of: entries.map(\.alias.text), in: store)
        diagnosis.add(KeyStoreChecks.findings(entries, clients))
        return diagnosis
    }
}
