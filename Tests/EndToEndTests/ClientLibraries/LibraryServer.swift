import Foundation
import TestSupport

/// A TLS server with the clients of docs/client-libraries.md, and the folder in which the blocks run.
struct LibraryServer {
    let issuer: String
    let folder: String
    private let process: ServerProcess

    /// - Parameters:
    ///   - path: the issuer's path.
    ///   - hasPerson: whether a person can sign in, through the clients that the page registers for that.
    ///   - redirectURI: of the clients `web` and `erp`.
    init(
        path: String, hasPerson: Bool = false, redirectURI: String = "https://app.example.com/callback"
    ) throws {
        folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try TLSIdentity.make("localhost", isRSA: true).write(to: folder)
        let data = folder + "/data"
        try ServerProcessTests.expectSuccess(["keygen", "--alg", "RS256", "--out", folder + "/billing.pem"])
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "billing", "--name", "Billing", "--scope", "read", "--jwks",
            folder + "/billing.jwks.json", "--data", data,
        ])
        let certificate = try ServerProcess.run(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/erp.key", "-out",
                folder + "/erp.cer", "-days", "365", "-subj", "/CN=erp",
            ])
        guard certificate.status == 0 else { throw TestFailure(certificate.errors) }
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "erp", "--name", "ERP", "--scope", "read", "--certificate", folder + "/erp.cer",
            "--allow-reuse", "--data", data,
        ])
        let configuration = folder + "/countersign.toml"
        try ServerProcess.cheapPasswords.write(toFile: configuration, atomically: true, encoding: .utf8)
        if hasPerson { try Self.addPerson(in: folder, redirectURI) }
        let port = try Program.freePort()
        issuer = "https://127.0.0.1:\(port)\(path)"
        process = try ServerProcess(
            directory: data,
            arguments: [
                "--listen", "127.0.0.1:\(port)", "--issuer", issuer, "--tls-certificate", folder + "/tls.pem",
                "--tls-key", folder + "/tls.key", "--config", configuration,
            ])
    }

    /// The person's name and password.
    static let person = ["alice", "violet harbour lantern"]

    private static func addPerson(in folder: String, _ redirectURI: String) throws {
        let data = ["--data", folder + "/data"]
        let grants = ["--grant", "authorization_code", "--grant", "refresh_token"]
        let redirect = ["--redirect-uri", redirectURI]
        try ServerProcessTests.expectSuccess(["keygen", "--alg", "RS256", "--out", folder + "/web.pem"])
        let clients = [
            ["add", "--id", "web", "--name", "Web", "--jwks", folder + "/web.jwks.json"] + redirect
                + ["--scope", "openid profile email read"],
            ["edit", "erp", "--grant", "client_credentials"] + redirect
                + ["--scope", "read openid profile offline_access"],
            ["add", "--id", "agent", "--name", "Agent", "--public", "--redirect-uri", "http://127.0.0.1/callback"]
                + ["--scope", "read"],
        ]
        for client in clients { try ServerProcessTests.expectSuccess(["client"] + client + grants + data) }
        let added = try ServerProcess.run(
            ["user", "add", person[0], "--full-name", "Alice Liddell", "--password-stdin"] + data
                + ["--config", folder + "/countersign.toml"],
            input: person[1] + "\n")
        guard added.status == 0 else { throw TestFailure(added.errors) }
    }

    func remove() {
        process.kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts a protected resource that names the server as its authorization server.
    func startResource() async throws -> (program: RunningProgram, port: Int) {
        guard let python = Program.python else { throw TestFailure("no TEST_PYTHON") }
        let port = try Program.freePort()
        let program = try RunningProgram(
            python, [Program.source("protected_resource.py"), "\(port)", issuer], in: folder)
        try await program.listens(on: port)
        return (program, port)
    }

    /// Runs a block in the folder with the keys; the server's certificate is trusted in each language's own way.
    ///
    /// - Parameter hasPerson: whether a person answers when it asks for input.
    func run(
        _ source: String, with program: String, of language: String, hasPerson: Bool = false
    ) throws -> (status: Int32, output: String, errors: String) {
        let certificate = folder + "/tls.pem"
        let name: String
        var (command, environment) = ([program], [String]())
        switch language {
        case "node":
            name = "block.mjs"
            // Debian installs packages where ES modules do not look.
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/node_modules", withDestinationPath: "/usr/share/nodejs")
        case "go":
            // Without network, packages come from Debian's GOPATH; a versioned import there resolves only from inside a module.
            name = "go/src/block/main.go"
            try FileManager.default.createDirectory(
                atPath: folder + "/go/src/block", withIntermediateDirectories: true)
            try "module block\n\ngo 1.19\n".write(
                toFile: folder + "/go/src/block/go.mod", atomically: true, encoding: .utf8)
            environment = ["GO111MODULE=off", "GOPATH=\(folder)/go:/usr/share/gocode", "GOCACHE=\(folder)/go-cache"]
            command.append("run")
        case "php":
            name = "block.php"
            command += ["-d", "curl.cainfo=\(certificate)"]
        default: name = "block"
        }
        try source.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        command.append(folder + "/" + name)
        if language == "cc" { command = [try compile(source, with: program)] }
        let trust = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"]
            .map { "\($0)=\(certificate)" }
        if hasPerson, let python = Program.python {
            command = [python, Program.libraryHelper("with_person.py")] + Self.person + command
        }
        return try ServerProcess.run(
            "/usr/bin/env", ["-C", folder] + trust + environment + command)
    }

    /// Compiles a block in C and returns the path of the program.
    private func compile(_ source: String, with compiler: String) throws -> String {
        // iddawc trusts the system's certificates alone.
        let trusting = source.replacing(
            "I_OPT_NONE)", with: "I_OPT_REMOTE_CERT_FLAG, I_REMOTE_VERIFY_NONE, I_OPT_NONE)")
        let (program, file) = (folder + "/block", folder + "/block.c")
        try trusting.write(toFile: file, atomically: true, encoding: .utf8)
        let libraries = ["-liddawc", "-lrhonabwy", "-ljansson"]
        let result = try ServerProcess.run(
            compiler, ["-Wall", "-Wextra", "-Werror", "-o", program, file] + libraries)
        guard result.status == 0 else { throw TestFailure(result.errors) }
        return program
    }
}
