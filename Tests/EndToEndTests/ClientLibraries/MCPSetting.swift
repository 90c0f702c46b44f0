import CountersignJOSE
import Foundation
import TestSupport

/// The commands and programs of docs/accept-mcp-clients.md, on a machine with their server.
struct MCPSetting {
    let page: DocumentedPage
    private(set) var server: ServerProcess
    /// Of the MCP server.
    let port: Int
    /// Of a host on localhost that serves metadata documents from the folder `public`.
    let documentPort: Int

    /// The clients: `reporter` with a key, `desktop` for a person, and those of documents on localhost.
    ///
    /// - Parameter block: starts the server.
    init(serving block: String = "serve_again.sh") throws {
        page = try DocumentedPage("accept-mcp-clients.md")
        (port, documentPort) = (try Program.freePort(), try Program.freePort())
        try TLSIdentity.make("localhost").write(to: page.folder)
        let ports = ["127.0.0.1:8080": "127.0.0.1:\(port)"]
        try page.run("resource.sh", ports)
        try page.save("server.py", ports.merging(["port=8080": "port=\(port)"]) { $1 })
        try page.run("reporter.sh")
        try page.run(
            "person.sh",
            answering: [("New password of alice:", Self.person[1]), ("The same again:", Self.person[1])])
        try page.run("desktop.sh")
        for name in ["reporter.py", "desktop.py", "newcomer.py"] { try page.save(name, ports) }
        let documents = try page.source("documents.toml", ["agents.example.com": "localhost"])
        // Stands in for hosts with public addresses.
        let localhost = """
            [remote_keys]
            allow_http_loopback = true
            additional_trusted_certificates = "\(page.folder)/tls.pem"

            """
        try (try page.source("registration.toml") + documents + localhost)
            .write(toFile: page.folder + "/countersign.toml", atomically: true, encoding: .utf8)
        server = try page.serve(block)
        if let python = Program.python {
            let browser = ([python, Program.libraryHelper("with_person.py")] + Self.person.map { "\"\($0)\"" })
                .joined(separator: " ")
            _ = try page.type("export BROWSER='\(browser) --visit %s &'")
        }
    }

    private static let person = LibraryServer.person

    var folder: String { page.folder }
    var resource: String { "http://127.0.0.1:\(port)/mcp" }

    /// Stops the server, and starts it with another block.
    mutating func serve(_ block: String) throws {
        guard server.terminate() == 0 else { throw TestFailure("the server does not stop") }
        server = try page.serve(block)
    }

    /// Starts the page's MCP server.
    func startResource() async throws -> RunningProgram {
        let program = try page.start("mcp_server.sh")
        try await program.listens(on: port)
        return program
    }

    /// Starts the page's MCP server a second time, as a resource of its own.
    func startOtherResource() async throws -> (program: RunningProgram, resource: String) {
        let otherPort = try Program.freePort()
        let address = "127.0.0.1:\(otherPort)"
        try page.run("resource.sh", ["127.0.0.1:8080": address, "Reports": "Other reports"])
        try page.source("server.py", ["127.0.0.1:8080": address, "port=8080": "port=\(otherPort)"])
            .write(toFile: folder + "/other_server.py", atomically: true, encoding: .utf8)
        let program = try page.start("mcp_server.sh", ["server.py": "other_server.py"])
        try await program.listens(on: otherPort)
        return (program, "http://\(address)/mcp")
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

    /// The origin of metadata documents.
    var documentOrigin: String { "https://localhost:\(documentPort)" }

    /// Publishes a file on localhost, over TLS.
    func publish(_ name: String, _ text: String) throws {
        try FileManager.default.createDirectory(atPath: folder + "/public", withIntermediateDirectories: true)
        try text.write(toFile: folder + "/public/" + name, atomically: true, encoding: .utf8)
    }

    /// Starts the host of published files.
    func startDocuments() async throws -> RunningProgram {
        guard let python = Program.python else { throw TestFailure("no TEST_PYTHON") }
        let program = try RunningProgram(
            python, [Program.libraryHelper("metadata_document.py"), "\(documentPort)", "tls.pem", "tls.key"], in: folder
        )
        try await program.listens(on: documentPort)
        return program
    }

    /// Publishes the metadata document of a public client for a person.
    ///
    /// - Returns: the client's ID.
    func publishAgent() throws -> String {
        let id = documentOrigin + "/agent.json"
        let document: JSONObject = [
            "client_id": .string(id), "client_name": "Agent",
            "redirect_uris": .array(["http://127.0.0.1:8001/callback"]),
            "grant_types": .array(["authorization_code", "refresh_token"]), "response_types": .array(["code"]),
            "token_endpoint_auth_method": "none", "scope": "reports.read",
        ]
        try publish("agent.json", document.render())
        return id
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
        page.remove()
    }
}
