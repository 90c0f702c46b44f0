import AdminClient
import Administration
import ArgumentParser
import Fetching

struct KeySetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key-set", abstract: "Test the key set of a client.", subcommands: [KeySetTestCommand.self])
}

/// `countersign key-set test`: reads a key set by the rules of the server.
struct KeySetTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Read a key set as the server would, and say what happens.",
        discussion: """
            Shows each address with the verdict of the rules, the proxy, TLS, redirects, header fields, times, and each key with the \
            reason if it cannot be used. The test runs on this machine with the settings of --config; with --server or --profile a running \
            server makes it, from its own network and with its own settings. It fills no cache.

            Exit status: 0 if at least one key can be used, 1 otherwise.

            EXAMPLES
              countersign key-set test https://client.example/jwks.json
              countersign key-set test https://keys.internal/jwks --config countersign.toml
              countersign key-set test https://client.example/jwks --profile production
              countersign key-set test https://client.example/jwks.json --json
            """)

    @Argument(help: "The address of the key set, as in a jwks_uri.")
    var uri: String

    @Option(
        help: ArgumentHelp("The server's configuration file, whose settings apply.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @OptionGroup(title: "A running server that makes the test") var remote: RemoteOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try remote.validate(beside: nil)
        try remote.validate(without: config == nil ? nil : "--config")
    }

    func run() async throws {
        let report = try await report()
        if json { JSONOutput.print(report.json) } else { print(report.text) }
        guard report.isUsable else { throw ExitCode(1) }
    }

    private func report() async throws -> KeySetTestReport {
        if case .server(let profile, _)? = try remote.target(unless: config != nil) {
            return try await profile.withServer { try await $0.testKeySet(at: uri) }
        }
        let configuration = try config.map(ServerConfiguration.read) ?? ServerConfiguration()
        let test = await KeySetTests.test(uri, DocumentFetcher(configuration.remoteDocuments))
        return try KeySetTestReport(answer: test.json)
    }
}

extension KeySetTestReport {
    /// All of it is text that others chose, so invisible characters are replaced.
    fileprivate var text: String {
        var lines = hops.flatMap(Self.lines(of:))
        guard let document else { return (lines + [VisibleText.of(problem ?? "")]).joined(separator: "\n") }
        lines.append(Self.line("size", "\(document.size) bytes"))
        lines.append(Self.line("kept for", document.lifetime.text))
        if let problem { lines.append(VisibleText.of("Not usable: \(problem).")) }
        for key in document.keys {
            lines.append(VisibleText.of("usable      \(key.keyID ?? "-")  \(key.thumbprint ?? "-")  \(key.text)"))
        }
        for key in document.refused {
            lines.append(VisibleText.of("not usable  \(key.keyID ?? "-")  \(key.text)"))
        }
        return lines.joined(separator: "\n")
    }

    private static func lines(of hop: Hop) -> [String] {
        var lines = [VisibleText.of(hop.url)]
        func add(_ label: String, _ value: String?) { if let value { lines.append(line(label, value)) } }
        for address in hop.addresses {
            add("address", "\(address.text), \(address.refusal.map { "refused: \($0)" } ?? "allowed")")
        }
        add("proxy", hop.proxy)
        add("connected to", hop.peer)
        add("TLS", hop.tls)
        add("subject", hop.certificate?.subject)
        add("issuer", hop.certificate?.issuer)
        add("valid until", hop.certificate?.notAfter.text)
        add("status", hop.status.map { String($0) })
        for field in hop.fields { add(field.name, field.value) }
        add("after", hop.time.map { "\($0) ms" })
        return lines
    }

    private static func line(_ label: String, _ value: String) -> String {
        "  " + Columns.padded(label, to: 14) + VisibleText.of(value)
    }
}
