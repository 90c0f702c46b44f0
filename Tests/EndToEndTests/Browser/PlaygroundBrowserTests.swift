import Foundation
import TestSupport
import Testing

@Suite("The playground in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct PlaygroundBrowserTests {
    @Test(
        "A walk from the first request to log-out, each refusal rule by rule, by mouse or keyboard, with and without JavaScript",
        .requiresPython, .requires("chromium"))
    func walk() throws {
        let python = try #require(Program.python)
        let chromium = try #require(Program.path("chromium"))
        let folder = NSTemporaryDirectory() + "countersign-playground-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try ServerProcess.start(configuration: ServerProcess.cheapPasswords, in: folder)
        let password = "violet kettles sing"
        let added = try ServerProcess.run(
            [
                "user", "add", "alice", "--full-name", "Alice Jones", "--email", "alice@example.com",
                "--email-verified", "--password-stdin", "--config", folder + "/countersign.toml", "--data",
                server.directory,
            ], input: password + "\n")
        #expect(added.status == 0, "\(added.errors)")
        let playground = try PlaygroundProcess(["--issuer", server.baseURL, "--data", server.directory])

        let result = try ServerProcess.run(
            python, [Self.program, playground.url, server.baseURL, chromium, BrowserTests.pictures, password])
        for failure in result.output.components(separatedBy: "FAILED: ").dropFirst() {
            Issue.record("\(failure)")
        }
        #expect(result.status == 0, "\(result.errors)")
        #expect(playground.interrupt() == 0)
        let clients = try ServerProcess.run(["client", "list", "--data", server.directory])
        #expect(!clients.output.contains(playground.clientID), "the playground's client stays behind")
        #expect(server.terminate() == 0)
    }

    private static let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("playground_walk.py").path
}
