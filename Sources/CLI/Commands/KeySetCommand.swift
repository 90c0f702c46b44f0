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
            reason if it cannot be used. The test runs on this machine with the settings of --config; it fills no cache of a server.

            Exit status: 0 if at least one key can be used, 1 otherwise.

            EXAMPLES
              countersign key-set test https://client.example/jwks.json
              countersign key-set test https://keys.internal/jwks --config countersign.toml
              countersign key-set test https://client.example/jwks.json --json
            """)

    @Argument(help: "The address of the key set, as in a jwks_uri.")
    var uri: String

    @Option(
        help: ArgumentHelp("The server's configuration file, whose settings apply.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let configuration = try config.map(ServerConfiguration.read) ?? ServerConfiguration()
        let test = await KeySetTests.test(uri, DocumentFetcher(configuration.remoteDocuments))
        if json { JSONOutput.print(test.json) } else { print(test.text) }
        guard test.isUsable else { throw ExitCode(1) }
    }
}

extension KeySetTest {
    /// All of it is text that others chose, so invisible characters are replaced.
    fileprivate var text: String {
        var lines: [String] = []
        func add(_ label: String, _ value: String) {
            lines.append("  " + Columns.padded(label, to: 14) + VisibleText.of(value))
        }
        for hop in hops {
            lines.append(VisibleText.of(hop.url))
            for address in hop.addresses {
                add("address", "\(address.text), \(address.refusal.map { "refused: \($0.phrase)" } ?? "allowed")")
            }
            if let proxy = hop.proxy { add("proxy", proxy) }
            if let peer = hop.peer { add("connected to", peer) }
            if let tls = hop.tls { add("TLS", tls.version) }
            if let certificate = Self.certificate(at: hop) {
                add("subject", certificate.subject)
                add("issuer", certificate.issuer)
                add("valid until", certificate.notAfter.text)
            }
            if let status = hop.status { add("status", String(status)) }
            for field in hop.fields { add(field.name, field.value) }
            if let time = hop.times.complete ?? hop.times.answered ?? hop.times.connected ?? hop.times.lookedUp {
                add("after", "\(Int(time / .milliseconds(1))) ms")
            }
        }
        switch outcome {
        case .failed(let message): lines.append(VisibleText.of(message))
        case .received(let document):
            add("size", "\(document.size) bytes")
            add("kept for", document.lifetime.text)
            if let problem = document.problem { lines.append(VisibleText.of("Not usable: \(problem).")) }
            for key in document.keys {
                lines.append(
                    VisibleText.of("usable      \(key.keyID?.text ?? "-")  \(key.thumbprint)  \(key.key.summary)"))
            }
            for key in document.refused {
                lines.append(VisibleText.of("not usable  \(key.keyID?.text ?? "-")  \(key.reason)"))
            }
        }
        return lines.joined(separator: "\n")
    }
}
