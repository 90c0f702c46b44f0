import ArgumentParser
import CountersignClient
import CountersignKeyFiles
import Store

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
        Self.say(1, "A key pair: the private half stays with the client.")
        try await Self.run(["keygen", "--out", keyFile])
        Self.say(2, "The client, registered with its public half.")
        try await Self.run([
            "client", "add", "--id", Self.clientID, "--name", "Demo client", "--scope", "read write", "--jwks",
            keySetFile,
            "--data", dataDirectory,
        ])
    }

    /// Shows the steps that need the server.
    ///
    /// - Parameter writingAudit: waits until the server has written its audit entries.
    func show(_ issuer: String, writingAudit: () async -> Void) async throws {
        Self.say(3, "The server listens on \(issuer).")
        Self.command(["serve", "--data", dataDirectory, "--listen", String(issuer.dropFirst("http://".count))])

        let connection = try Connection()
        do {
            try await showTokens(issuer, connection, writingAudit)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    func sayGoodbye(_ issuer: String) {
        let files = "--client-id \(Self.clientID) --key \(keyFile)"
        Terminal.write(
            """
            The server is still running. In a second terminal, as often as you like:
              countersign token --issuer \(issuer) \(files)
              countersign token --issuer \(issuer) \(files) --curl

            Ctrl-C stops it and removes everything the demo created.
            """)
    }

    private func showTokens(
        _ issuer: String, _ connection: Connection, _ writingAudit: () async -> Void
    ) async throws {
        let key = try PrivateKeyFile.read(keyFile).key
        let client = TokenClient(issuer: issuer, clientID: ClientID(Self.clientID), key: key, connection: connection)
        let request = try client.request(scope: "read", to: try await client.metadata())

        Self.say(4, "The client signs an assertion: its identity, the audience, the expiry, and a nonce.")
        Self.command(["assertion", "sign", "--client-id", Self.clientID, "--key", keyFile, "--audience", issuer])
        let assertion = request.parameters.first { $0.name == "client_assertion" }?.value ?? ""
        print(Terminal.output.styled(assertion, .dim) + "\n")

        Self.say(5, "It sends the assertion and receives an access token. As curl:")
        print(request.curl() + "\n")
        let response = try await client.send(request)
        print(JSONOutput.text(.object(response.object)) + "\n")

        Self.say(6, "The same assertion again, as an eavesdropper might send it. Refused:")
        let refusal = try await refusal(of: request, client)
        print("\(refusal.status) \(refusal.error): \(refusal.description ?? "")\n")

        Self.say(7, "Why it was refused, rule by rule, for the operator.")
        let reference = refusal.reference ?? ""
        await writingAudit()
        try await Self.run(["explain", reference, "--data", dataDirectory])
    }

    private func refusal(
        of request: TokenRequest, _ client: TokenClient
    ) async throws -> TokenClientError.Refusal {
        do {
            _ = try await client.send(request)
        } catch .refused(let refusal) where refusal.uri?.hasSuffix("/errors/replayed") == true {
            return refusal
        }
        throw CommandFailure("The replayed assertion was accepted. This must never happen: please report it.")
    }

    private static func say(_ number: Int, _ text: String) {
        Terminal.write(Terminal.output.styled("\(number). \(text)", .bold) + "\n")
    }

    private static func command(_ arguments: [String]) {
        Terminal.write(Terminal.output.styled("$ " + ShellCommand.text(arguments), .green) + "\n")
    }

    private static func run(_ arguments: [String]) async throws {
        command(arguments)
        var command = try Countersign.parseAsRoot(arguments)
        if var command = command as? any AsyncParsableCommand {
            try await ClientNextStep.$isTold.withValue(false) { try await command.run() }
        } else {
            try command.run()
        }
        Terminal.write("")
    }
}
