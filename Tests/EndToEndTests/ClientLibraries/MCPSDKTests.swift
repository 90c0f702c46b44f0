import Foundation
import TestSupport
import Testing

@Suite("The MCP Python SDK calls a tool", .ownThreads, .requiresPython, .requires("setsid"), .timeLimit(.minutes(10)))
struct MCPSDKTests {
    /// How a client is known to the server, and what the tool says of its token.
    struct Agent: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let hasPerson: Bool
        let arguments: @Sendable (_ document: String) -> [String]
        let client: @Sendable (_ document: String) -> String

        static let all = [
            Agent(
                testDescription: "a client with a key", hasPerson: false,
                arguments: { _ in ["key", "reporter", "reporter.pem"] }, client: { _ in "reporter" }),
            Agent(
                testDescription: "a registered client, for a person", hasPerson: true,
                arguments: { _ in ["registered", "desktop"] }, client: { _ in "desktop" }),
            Agent(
                testDescription: "a client with a metadata document, for a person", hasPerson: true,
                arguments: { ["document", $0] }, client: { $0 }),
        ]
    }

    @Test("as each kind of client", arguments: [1, 2])
    func tool(_ version: Int) async throws {
        let python = try #require(Program.python)
        let first = URL(fileURLWithPath: python).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("mcp1").path
        if version == 1, !FileManager.default.fileExists(atPath: first) {
            try Test.cancel("needs mcp 1.x, which make test installs")
        }
        let setting = try MCPSetting()
        defer { setting.remove() }
        let mcp = try await setting.startResource()
        defer { mcp.stop() }
        // The SDK's client waits at another host name than the page's.
        try ServerProcessTests.expectSuccess([
            "client", "edit", "desktop", "--redirect-uri", "http://127.0.0.1/callback", "--data",
            setting.server.directory,
        ])
        let document = try setting.publishAgent()
        let host = try await setting.startDocuments()
        defer { host.stop() }

        let program = [python, Program.libraryHelper("mcp_agent.py"), setting.resource, setting.server.baseURL]
        for agent in Agent.all {
            let answer = try setting.run(
                program + agent.arguments(document), hasPerson: agent.hasPerson,
                environment: version == 1 ? ["PYTHONPATH=\(first)"] : [])
            let client = agent.client(document)
            let found = try #require(
                answer.output.firstMatch(of: /(\d+)\.[\d.]+ Sales, made for (\S+) by (\S+)/),
                "\(agent): \(answer.output) \(answer.errors)")
            #expect(found.1 == "\(version)")
            #expect(found.3 == client)
            #expect((found.2 == client) != agent.hasPerson)
        }
    }
}
