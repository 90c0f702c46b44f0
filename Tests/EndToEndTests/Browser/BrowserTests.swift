import Foundation
import TestSupport
import Testing

@Suite("The pages in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct BrowserTests {
    @Test(
        "People sign in, allow, cancel and sign out, by mouse or keyboard, with and without JavaScript",
        .requiresPython, .requires("chromium"))
    func walk() throws {
        let python = try #require(Program.python)
        let chromium = try #require(Program.path("chromium"))
        let folder = NSTemporaryDirectory() + "countersign-browser-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // A cheap password hash: what it costs is tested elsewhere.
        let server = try ServerProcess.start(configuration: "[sign_in]\npassword_cost = 14\n", in: folder)
        let password = "violet kettles sing"
        let added = try ServerProcess.run(
            [
                "user", "add", "alice", "--full-name", "Alice Jones", "--email", "alice@example.com",
                "--email-verified", "--password-stdin", "--config", folder + "/countersign.toml", "--data",
                server.directory,
            ], input: password + "\n")
        #expect(added.status == 0, "\(added.errors)")

        let result = try ServerProcess.run(
            python,
            [
                Self.program, ServerProcess.binary.path, server.baseURL, server.directory, chromium, Self.pictures,
                password,
            ])
        for failure in result.output.components(separatedBy: "FAILED: ").dropFirst() {
            Issue.record("\(failure)")
        }
        #expect(result.status == 0, "\(result.errors)")
        #expect(server.terminate() == 0)
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let program = folder.appendingPathComponent("browser_walk.py").path
    /// Pictures of all pages, for people to look at.
    static let pictures =
        folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent(".build/screenshots").path
}
