import Administration
import ArgumentParser
import CountersignClient
import CountersignKeyFiles
import Foundation
import Store

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Run the whole flow once, with a running server at the end.",
        discussion: """
            In a temporary directory: a key pair, a client, a server on a free port, an assertion, a token over HTTP, and the \
            same assertion refused the second time. Each step shows the command you would type.

            EXAMPLES
              countersign demo
              countersign demo --once
            """)

    @Flag(help: "End after the steps; the exit status reports whether all of them succeeded.")
    var once = false

    func run() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "countersign-demo-\(UInt32.random(in: .min ... .max))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let demonstration = try await Demonstration(directory: directory)
        let flags = SettingsLayer(flags: [
            (Settings.known.data, .string(demonstration.dataDirectory)),
            (Settings.known.listen, .string("127.0.0.1:0")),
            (Settings.known.logLevel, .string("error")), (Settings.known.consoleIsEnabled, .boolean(false)),
            (Settings.known.managementListen, .string("off")),
        ])
        let server = try await RunningServer.prepare(try ServerConfiguration(flags: flags))
        let (issuers, listening) = AsyncStream.makeStream(of: String.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { listening.finish() }
                try await server.run { listening.yield($0.urls.issuer) }
            }
            for await issuer in issuers {
                try await demonstration.show(issuer, writingAudit: server.flushAudit)
                if once {
                    // Like Ctrl-C: pending requests are finished, and the store is closed.
                    kill(getpid(), SIGTERM)
                } else {
                    demonstration.printFinalHint(issuer)
                }
            }
            try await group.waitForAll()
        }
    }
}

/// The steps of `countersign demo`: each runs a real command or a real HTTP request.
struct Demonstration: Sendable {
    let dataDirectory: String
    private let keyFile: String
    private let keySetFile: String

    private static let clientID = "demo"

    init(directory: String) async throws {
        dataDirectory = directory + "/data"
        keyFile = directory + "/demo.pem"
        keySetFile = KeygenCommand.publicFile(beside: keyFile)
        try DataDirectory.prepare(directory)
        Self.printStep(1, "A key pair: the private half stays with the client.")
        try await Self.run(["keygen", "--out", keyFile])
        Self.printStep(2, "The client, registered with its public half.")
        try await Self.run([
            "client", "add", "--id", Self.clientID, "--name", "Demo client", "--scope", "read write", "--jwks",
            keySetFile, "--data", dataDirectory,
        ])
    }

    /// Shows the steps that need the server.
    ///
    /// - Parameter writingAudit: waits until the server has written its audit entries.
    func show(_ issuer: String, writingAudit: () async -> Void) async throws {
        Self.printStep(3, "The server listens on \(issuer).")
        Self.printCommand(["serve", "--data", dataDirectory, "--listen", String(issuer.dropFirst("http://".count))])

        let connection = try Connection()
        try await closing(connection.close) { try await showTokens(issuer, connection, writingAudit) }
    }

    func printFinalHint(_ issuer: String) {
        let files = "--client-id \(Self.clientID) --key \(keyFile)"
        Terminal.write(
            """
            The server is still running. In a second terminal, as often as you like:
              countersign token --issuer \(issuer) \(files)
              countersign token --issuer \(issuer) \(files) --curl

            Ctrl-C stops it and removes everything the demo created.
            """)
    }

    private func showTokens(_ issuer: String, _ connection: Connection, _ writingAudit: () async -> Void) async throws {
        let key = try PrivateKeyFile.read(keyFile).key
        let client = TokenClient(issuer: issuer, clientID: ClientID(Self.clientID), key: key, connection: connection)
        let request = try client.request(scope: "read", to: try await client.metadata())

        Self.printStep(4, "The client signs an assertion: its identity, the audience, the expiry, and a nonce.")
        Self.printCommand(["assertion", "sign", "--client-id", Self.clientID, "--key", keyFile, "--audience", issuer])
        let assertion = request.parameters.first { $0.name == "client_assertion" }?.value ?? ""
        print(Terminal.output.styled(assertion, .dim) + "\n")

        Self.printStep(5, "It sends the assertion and receives an access token. As curl:")
        print(request.curl() + "\n")
        let response = try await client.send(request)
        print(JSONOutput.text(.object(response.object)) + "\n")

        Self.printStep(6, "The same assertion again, as an eavesdropper might send it. Refused:")
        let refusal = try await refusal(of: request, client)
        print("\(refusal.status) \(refusal.error): \(refusal.description ?? "")\n")

        Self.printStep(7, "Why it was refused, rule by rule, for the operator.")
        let reference = refusal.reference ?? ""
        await writingAudit()
        try await Self.run(["explain", reference, "--data", dataDirectory])
    }

    private func refusal(of request: TokenRequest, _ client: TokenClient) async throws -> TokenClientError.Refusal {
        do {
            _ = try await client.send(request)
        } catch .refused(let refusal) where refusal.uri?.hasSuffix("/errors/replayed") == true {
            return refusal
        }
        throw CommandFailure("The replayed assertion was accepted. This must never happen: please report it.")
    }

    private static func printStep(_ number: Int, _ text: String) {
        Terminal.write(Terminal.output.styled("\(number). \(text)", .bold) + "\n")
    }

    private static func printCommand(_ arguments: [String]) {
        Terminal.write(Terminal.output.styled("$ " + ShellCommand.text(arguments), .green) + "\n")
    }

    private static func run(_ arguments: [String]) async throws {
        printCommand(arguments)
        var command = try Countersign.parseAsRoot(arguments)
        if var command = command as? any AsyncParsableCommand {
            try await ClientNextStep.$isShown.withValue(false) { try await command.run() }
        } else {
            try command.run()
        }
        Terminal.write("")
    }
}
