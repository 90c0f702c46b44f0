import CountersignJOSE
import Foundation
import TestSupport

/// The programs of docs/accept-mcp-clients.md and their server, in one folder.
struct MCPSetting {
    let server: ServerProcess
    let folder: String
    /// Of the MCP server.
    let port: Int

    /// The clients: `reporter` with a key, `desktop` for a person, and those of documents on localhost.
    init() throws {
        folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try TLSIdentity.make("localhost").write(to: folder)
        server = try ServerProcess.start(configuration: Self.configuration(folder), in: folder)
        port = try Program.freePort()
        try ServerProcessTests.expectSuccess(["keygen", "--alg", "RS256", "--out", folder + "/reporter.pem"])
        let commands = [
            ["resource", "add", "http://127.0.0.1:\(port)/mcp", "--name", "Reports"],
            ["client", "add", "--id", "reporter", "--name", "Reporter", "--jwks", folder + "/reporter.jwks.json"],
            ["client", "add", "--id", "desktop", "--name", "Desktop", "--public", "--grant", "authorization_code"]
                + ["--grant", "refresh_token", "--redirect-uri", "http://localhost/callback"]
                + ["--redirect-uri", "http://127.0.0.1/callback"],
        ]
        let data = ["--data", server.directory]
        for command in commands {
            try ServerProcessTests.expectSuccess(command + ["--scope", "reports.read"] + data)
        }
        let added = try ServerProcess.run(
            ["user", "add", Self.person[0], "--password-stdin", "--config", folder + "/countersign.toml"] + data,
            input: Self.person[1] + "\n")
        guard added.status == 0 else { throw TestFailure(added.errors) }
        for block in DocumentedBlock.blocks(of: "accept-mcp-clients.md") {
            guard let name = block.name else { continue }
            try block.source.replacingOccurrences(of: "https://auth.example.com", with: server.baseURL)
                .replacingOccurrences(of: "127.0.0.1:8080", with: "127.0.0.1:\(port)")
                .replacingOccurrences(of: "port=8080", with: "port=\(port)")
                .write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        }
    }

    private static let person = LibraryServer.person

    private static func configuration(_ folder: String) -> String {
        ServerProcess.cheapPasswords + """
            [registration]
            mode = "open"
            scopes = ["reports.read"]
            [remote_keys]
            allow_http_loopback = true
            additional_trusted_certificates = "\(folder)/tls.pem"
            [client_id_metadata_documents]
            enabled = true
            allowed_hosts = ["localhost"]
            scopes = ["reports.read"]

            """
    }

    var resource: String { "http://127.0.0.1:\(port)/mcp" }

    /// Starts the page's MCP server.
    func startResource() async throws -> RunningProgram { try await start("server.py", on: port) }

    /// Starts the page's MCP server a second time, as a resource of its own.
    func startOtherResource() async throws -> (program: RunningProgram, resource: String) {
        let otherPort = try Program.freePort()
        let resource = "http://127.0.0.1:\(otherPort)/mcp"
        try ServerProcessTests.expectSuccess([
            "resource", "add", resource, "--name", "Other reports", "--scope", "reports.read", "--data",
            server.directory,
        ])
        try String(contentsOfFile: folder + "/server.py", encoding: .utf8)
            .replacingOccurrences(of: "\(port)", with: "\(otherPort)")
            .write(toFile: folder + "/other_server.py", atomically: true, encoding: .utf8)
        return (try await start("other_server.py", on: otherPort), resource)
    }

    private func start(_ name: String, on port: Int) async throws -> RunningProgram {
        guard let python = Program.python else { throw TestFailure("no TEST_PYTHON") }
        let program = try RunningProgram(python, Program.unblocking + [python, folder + "/" + name], in: folder)
        try await program.listens(on: port)
        return program
    }

    /// Fetches a token of `reporter` for a resource.
    func token(for resource: String) throws -> String {
        let endpoint = server.baseURL + "/oauth2/token"
        let assertion = try ServerProcessTests.expectSuccess([
            "assertion", "sign", "--client-id", "reporter", "--key", folder + "/reporter.pem", "--audience", endpoint,
        ])
        let form = TestServer.encode([
            ("grant_type", "client_credentials"), ("scope", "reports.read"), ("resource", resource),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion.trimmingCharacters(in: .whitespacesAndNewlines)),
        ])
        let answer = try ServerProcessTests.curl(endpoint, form: form)
        guard let token = try JSONObject(parsing: Array(answer.body.utf8)).string("access_token")?.text else {
            throw TestFailure(answer.body)
        }
        return token
    }

    /// Begins to talk to an MCP server with a token, and returns the status of its answer.
    func status(of resource: String, with token: String) throws -> Int {
        let client = #"{"name": "test", "version": "1"}"#
        let message =
            #"{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "#
            + #""capabilities": {}, "clientInfo": \#(client)}}"#
        return try ServerProcessTests.curl(
            resource, form: message,
            [
                "-H", "Content-Type: application/json", "-H", "Accept: application/json, text/event-stream",
                "-H", "Authorization: Bearer \(token)",
            ]
        ).status
    }

    /// Starts a host on localhost that serves a client's document.
    func startDocument() async throws -> (program: RunningProgram, url: String) {
        guard let python = Program.python else { throw TestFailure("no TEST_PYTHON") }
        let port = try Program.freePort()
        let program = try RunningProgram(
            python, [Program.libraryHelper("metadata_document.py"), "\(port)", "tls.pem", "tls.key"], in: folder)
        try await program.listens(on: port)
        return (program, "https://localhost:\(port)/agent.json")
    }

    /// Runs a program in the folder.
    ///
    /// - Parameter hasPerson: whether a person answers when it asks for input or opens a browser.
    func run(
        _ command: [String], hasPerson: Bool = false, environment: [String] = []
    ) throws -> (status: Int32, output: String, errors: String) {
        guard let python = Program.python else { throw TestFailure("no TEST_PYTHON") }
        let person = [python, Program.libraryHelper("with_person.py")] + Self.person + ["env"]
        return try ServerProcess.run(
            "/usr/bin/env", ["-C", folder] + (hasPerson ? person : []) + environment + command)
    }

    func remove() {
        server.kill()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
