import ArgumentParser
import CountersignClient
import CountersignKeyFiles
import Foundation
import HTTP
import Playground

struct PlaygroundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "playground", abstract: "Walk through the authorization code flow in the browser.",
        discussion: """
            Serves a web application on this computer alone that signs a person in through a server and shows each message: the \
            requests, the client assertion part by part, the answers, the checks of the ID token. It is for trying out.

            The playground needs a client. It registers one over HTTP if the server offers that; with --data or --config it adds \
            one to the store of a server on this machine, and then shows which rule refused an assertion. Both are removed at the \
            end. Or give a client of your own with --client-id and --key.

            EXAMPLES
              countersign playground --with-server --open
              countersign playground --data ./countersign-data
              countersign playground --issuer https://auth.example.com \\
                  --registration-token-file token.txt
              countersign playground --issuer https://auth.example.com \\
                  --client-id shop --key shop.pem --scope "openid email"
            """)

    @Option(help: "The server's issuer. Default: that of --config, or http://127.0.0.1:9443.")
    var issuer: String?

    @Flag(help: "Also run a server with one person, in a temporary directory.")
    var withServer = false

    @Option(
        help: ArgumentHelp("The data directory of a server on this machine.", valueName: "dir"), completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The configuration file of a server on this machine: its issuer and its data directory.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @Option(help: "The ID of a registered client.", completion: StoreNames.clients)
    var clientId: String?

    @Option(help: "The client's private key: PEM, DER or JWK; - reads standard input.", completion: .file())
    var key: String?

    @OptionGroup var password: PasswordOptions

    @Option(help: "The assertion's kid. Default: the one of a JWK.")
    var kid: String?

    @Option(
        help: ArgumentHelp("A file with the initial access token for registration over HTTP.", valueName: "file"),
        completion: .file())
    var registrationTokenFile: String?

    @Option(
        help: "Scopes to ask for, separated by spaces; may be given more than once. The page can change them.",
        transform: Transform.scopes)
    var scope: [[String]] = []

    @Option(
        help: ArgumentHelp("A loopback address for the browser; port 0 is any free one.", valueName: "host:port"),
        transform: Transform.loopbackAddress)
    var listen = ListenAddress(host: "127.0.0.1", port: 8710)

    @Flag(help: "Open the page in the browser.")
    var open = false

    @Option(help: "A PEM file with the certificates to trust, instead of the system's.", completion: .file())
    var caCertificate: String?

    @Flag(help: "Print one line of JSON when the playground is ready.")
    var json = false

    func validate() throws {
        guard (clientId == nil) == (key == nil) else {
            throw ValidationError("--client-id and --key belong together: give both or neither.")
        }
        if let key { try password.validate(beside: key) }
        guard key != nil || kid == nil && password.isEmpty else {
            throw ValidationError("--kid and the password are those of --key, which is missing.")
        }
        guard !withServer || issuer == nil && data == nil && config == nil && clientId == nil else {
            throw ValidationError(
                "--with-server brings a server and a client of its own: leave the options for others out.")
        }
        guard data == nil || config == nil else {
            throw ValidationError("--config names the data directory already: give --data or --config, not both.")
        }
        guard registrationTokenFile == nil || clientId == nil && directory == nil && !withServer else {
            throw ValidationError("--registration-token-file is for registration over HTTP, which is not used here.")
        }
    }

    /// Whether the client goes into a store, before a configuration file is read.
    private var directory: String? { data ?? config }

    func run() async throws {
        if withServer {
            try await TemporaryServer.with { server in
                try await session(issuer: server.issuer, directory: server.dataDirectory).run(person: server.person)
            }
        } else {
            let configuration = try config.map(ServerConfiguration.read)
            let issuer = issuer ?? configuration?.urls.issuer ?? "http://127.0.0.1:9443"
            try await session(issuer: issuer, directory: data ?? configuration?.dataDirectory).runUntilSignal()
        }
    }

    private func session(issuer: String, directory: String?) throws -> PlaygroundSession {
        let given = try key.map { try PrivateKeyFile.read($0, password) }.map { file in
            PlaygroundClient(
                id: ClientID(clientId ?? ""), key: file.key, algorithm: file.algorithm,
                keyID: kid.map { ExactString($0) } ?? file.keyID, registration: .given)
        }
        let token = try registrationTokenFile.map { String(decoding: try InputFile($0).line, as: UTF8.self) }
        if let caCertificate {
            _ = try InputFile(caCertificate)
            try FileChecks.require([FileChecks.Subject(role: .authorities, path: caCertificate)], warn: Terminal.warn)
        }
        return PlaygroundSession(
            issuer: issuer, directory: directory, given: given, registrationToken: token,
            scope: Transform.union(scope), listen: listen,
            trust: caCertificate.map { .authorities(file: $0) } ?? .system,
            opensBrowser: open, printsJSON: json)
    }
}

extension Transform {
    /// `--listen HOST:PORT` on loopback: other machines must not use the client.
    static func loopbackAddress(_ text: String) throws -> ListenAddress {
        guard let address = ListenAddress(text) else {
            throw ValidationError("'\(text)' is not HOST:PORT. Write 127.0.0.1:8710.")
        }
        guard address.isLoopback else {
            throw ValidationError(
                "'\(text)' can be reached by other machines, which could use the client. Give a loopback address, such as 127.0.0.1:8710."
            )
        }
        return address
    }
}
