import Foundation
import TestSupport
import Testing

@Suite("docs/accept-mcp-clients.md", .ownThreads, .requiresPython, .timeLimit(.minutes(10)))
struct MCPServerTests {
    /// The page's programs and server, in one folder.
    private struct Setting {
        let server: ServerProcess
        let folder: String
        let port: Int

        init() throws {
            folder = TemporaryDirectory().path
            let registration = "[registration]\nmode = \"open\"\nscopes = [\"reports.read\"]\n"
            server = try ServerProcess.start(configuration: ServerProcess.cheapPasswords + registration, in: folder)
            port = try Program.freePort()
            let data = ["--data", server.directory]
            try ServerProcessTests.expectSuccess(
                [
                    "resource", "add", "http://127.0.0.1:\(port)/mcp", "--name", "Reports", "--scope", "reports.read",
                ] + data)
            try ServerProcessTests.expectSuccess(["keygen", "--alg", "RS256", "--out", folder + "/reporter.pem"])
            try ServerProcessTests.expectSuccess(
                [
                    "client", "add", "--id", "reporter", "--name", "Reporter", "--scope", "reports.read", "--jwks",
                    folder + "/reporter.jwks.json",
                ] + data)
            try ServerProcessTests.expectSuccess(
                [
                    "client", "add", "--id", "desktop", "--name", "Desktop", "--public", "--grant",
                    "authorization_code",
                    "--grant", "refresh_token", "--redirect-uri", "http://localhost/callback", "--scope",
                    "reports.read",
                ] + data)
            let added = try ServerProcess.run(
                ["user", "add", "alice", "--password-stdin", "--config", folder + "/countersign.toml"] + data,
                input: "violet harbour lantern\n")
            #expect(added.status == 0, "\(added.errors)")
            for block in DocumentedBlock.blocks(of: "accept-mcp-clients.md") {
                guard let name = block.name else { continue }
                try block.source.replacingOccurrences(of: "https://auth.example.com", with: server.baseURL)
                    .replacingOccurrences(of: "127.0.0.1:8080", with: "127.0.0.1:\(port)")
                    .replacingOccurrences(of: "port=8080", with: "port=\(port)")
                    .write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
            }
        }
    }

    private static func id(of name: String, in clients: String) throws -> String {
        let line = clients.split(separator: "\n").first { $0.contains(name) }
        return String(try #require(line?.split(separator: " ").first))
    }

    @Test(
        "has an MCP server whose tool is called by an agent with a key, by a program for a person, and by one that registers itself"
    )
    func tools() async throws {
        let python = try #require(Program.python)
        let setting = try Setting()
        let mcp = try RunningProgram(
            python, Program.unblocking + [python, setting.folder + "/server.py"], in: setting.folder)
        try await mcp.listens(on: setting.port)

        let agent = try ServerProcess.run("/usr/bin/env", ["-C", setting.folder, python, "reporter.py"])
        #expect(agent.output.contains("Sales, made for reporter by reporter"), "\(agent.output) \(agent.errors)")

        let helper = Program.libraryHelper("with_person.py")
        let person = try ServerProcess.run(
            "/usr/bin/env",
            ["-C", setting.folder, python, helper, "alice", "violet harbour lantern", python, "desktop.py"])
        #expect(person.output.contains("by desktop"), "\(person.output) \(person.errors)")
        #expect(!person.output.contains("made for desktop"))

        let newcomer = try ServerProcess.run(
            "/usr/bin/env",
            ["-C", setting.folder, python, helper, "alice", "violet harbour lantern", python, "newcomer.py"])
        #expect(newcomer.output.contains("Sales, made for "), "\(newcomer.output) \(newcomer.errors)")
        let clients = try ServerProcessTests.expectSuccess(["client", "list", "--data", setting.server.directory])
        let newID = try Self.id(of: "Newcomer", in: clients)
        #expect(newcomer.output.contains("by \(newID)"), "\(clients)")

        mcp.stop()
        #expect(setting.server.terminate() == 0)
        try FileManager.default.removeItem(atPath: setting.folder)
    }
}
