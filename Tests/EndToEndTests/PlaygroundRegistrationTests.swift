import Foundation
import TestSupport
import Testing

@Suite("The playground's own client", .ownThreads, .timeLimit(.minutes(5)))
struct PlaygroundRegistrationTests {
    private static func clients(of server: ServerProcess) throws -> String {
        try ServerProcess.run(["client", "list", "--json", "--data", server.directory]).output
    }

    private static func server(mode: String) throws -> (server: ServerProcess, folder: String) {
        let folder = TemporaryDirectory().path
        let configuration = "[registration]\nmode = \"\(mode)\"\n"
        return (try ServerProcess.start(configuration: configuration, in: folder), folder)
    }

    private static func remove(_ server: ServerProcess, _ folder: String) {
        _ = server.terminate()
        try? FileManager.default.removeItem(atPath: folder)
    }

    @Test("It registers over HTTP where everybody may, and removes itself at the end")
    func open() throws {
        let (server, folder) = try Self.server(mode: "open")
        defer { Self.remove(server, folder) }
        let playground = try PlaygroundProcess(["--issuer", server.baseURL])
        let shown = try ServerProcess.run(["client", "show", playground.clientID, "--data", server.directory])
        #expect(shown.output.contains("Countersign playground"))
        #expect(shown.output.contains(playground.url + "/callback"))
        #expect(shown.output.contains("authorization_code refresh_token"))
        #expect(playground.interrupt() == 0)
        #expect(try !Self.clients(of: server).contains(playground.clientID))
    }

    @Test("It registers with an initial access token, and says so if there is none")
    func token() throws {
        let (server, folder) = try Self.server(mode: "token")
        defer { Self.remove(server, folder) }
        let refused = try ServerProcess.run(["playground", "--issuer", server.baseURL, "--listen", "127.0.0.1:0"])
        #expect(refused.status == 1)
        #expect(
            refused.errors.contains("only with an initial access token. Give it with --registration-token-file FILE"))

        let token = try ServerProcess.run(["registration-token", "add", "--data", server.directory, "--json"])
        let text = try #require(token.output.firstMatch(of: /cs_[a-z]+_[A-Za-z0-9_-]{43}/))
        let file = folder + "/token.txt"
        try (String(text.output) + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let playground = try PlaygroundProcess(["--issuer", server.baseURL, "--registration-token-file", file])
        #expect(try Self.clients(of: server).contains(playground.clientID))
        #expect(playground.interrupt() == 0)
        #expect(try !Self.clients(of: server).contains(playground.clientID))
    }

    @Test("Where nobody can register, it prints commands that work")
    func off() throws {
        let (server, folder) = try Self.server(mode: "off")
        defer { Self.remove(server, folder) }
        let refused = try ServerProcess.run(["playground", "--issuer", server.baseURL, "--listen", "127.0.0.1:0"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("does not register clients over HTTP"))
        let commands = refused.output.split(separator: "\n").filter { $0.hasPrefix("  countersign ") }
            .map { $0.dropFirst("  countersign ".count) }
        #expect(commands.count == 3)
        // As a person would: in a shell, with the real directory.
        let script = commands.dropLast().map {
            "'\(ServerProcess.binary.path)' \($0.replacing("--data DIR", with: "--data '\(server.directory)'"))"
        }.joined(separator: " && ")
        let added = try ServerProcess.run("/bin/sh", ["-c", "cd '\(folder)' && \(script)"])
        #expect(added.status == 0, "\(added.errors)")
        let playground = try PlaygroundProcess([
            "--issuer", server.baseURL, "--client-id", "playground", "--key", folder + "/playground.pem",
        ])
        #expect(playground.interrupt() == 0)
        #expect(try Self.clients(of: server).contains("playground"))
    }
}
