import Foundation
import TestSupport
import Testing

/// A walk through pages with a real browser: a server with one person, and a Python program that drives Chromium.
struct BrowserWalk {
    static let password = "violet kettles sing"

    let server: ServerProcess
    let chromium: String

    init(configuration: String = ServerProcess.cheapPasswords) throws {
        chromium = try #require(Program.path("chromium"))
        let folder = TemporaryDirectory().path
        server = try ServerProcess.start(configuration: configuration, in: folder)
        let added = try ServerProcess.run(
            [
                "user", "add", "alice", "--full-name", "Alice Jones", "--email", "alice@example.com",
                "--email-verified", "--password-stdin", "--config", folder + "/countersign.toml", "--data",
                server.directory,
            ], input: Self.password + "\n")
        #expect(added.status == 0, "\(added.errors)")
    }

    /// Runs a program of the folder `Programs`, and records the steps that fail.
    func run(_ program: String, _ arguments: String...) throws { try Self.run(program, arguments) }

    /// Runs a program of the folder `Programs` against any server, and records the steps that fail.
    static func run(_ program: String, _ arguments: [String]) throws {
        let python = try #require(Program.python)
        let path = folder.appendingPathComponent("Programs/" + program).path
        let result = try ServerProcess.run(python, [path] + arguments + [password])
        for failure in result.output.components(separatedBy: "FAILED: ").dropFirst() {
            Issue.record("\(failure)")
        }
        #expect(result.status == 0, "\(result.errors)")
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    /// Screenshots of all pages, for people to look at.
    static let pictures =
        folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent(".build/screenshots").path
}
