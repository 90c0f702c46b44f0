import Foundation
import TestSupport
import Testing

@Suite("docs/accept-mcp-clients.md", .ownThreads, .requiresPython, .timeLimit(.minutes(10)))
struct MCPServerTests {
    private static func id(of name: String, in clients: String) throws -> String {
        let line = clients.split(separator: "\n").first { $0.contains(name) }
        return String(try #require(line?.split(separator: " ").first))
    }

    @Test(
        "has an MCP server whose tool is called by an agent with a key, by a program for a person, and by one that registers itself"
    )
    func tools() async throws {
        let python = try #require(Program.python)
        let setting = try MCPSetting()
        let mcp = try await setting.startResource()

        let agent = try setting.run([python, "reporter.py"])
        #expect(agent.output.contains("Sales, made for reporter by reporter"), "\(agent.output) \(agent.errors)")

        let person = try setting.run([python, "desktop.py"], hasPerson: true)
        #expect(person.output.contains("by desktop"), "\(person.output) \(person.errors)")
        #expect(!person.output.contains("made for desktop"))

        let newcomer = try setting.run([python, "newcomer.py"], hasPerson: true)
        #expect(newcomer.output.contains("Sales, made for "), "\(newcomer.output) \(newcomer.errors)")
        let clients = try ServerProcessTests.expectSuccess(["client", "list", "--data", setting.server.directory])
        let newID = try Self.id(of: "Newcomer", in: clients)
        #expect(newcomer.output.contains("by \(newID)"), "\(clients)")

        mcp.stop()
        #expect(setting.server.terminate() == 0)
        setting.remove()
    }

    @Test("has an MCP server that refuses the token for another (RFC 8707)", .requires("curl"))
    func otherResource() async throws {
        let setting = try MCPSetting()
        defer { setting.remove() }
        let mcp = try await setting.startResource()
        defer { mcp.stop() }
        let other = try await setting.startOtherResource()
        defer { other.program.stop() }
        let resources = [setting.resource, other.resource]
        for named in resources {
            let token = try setting.token(for: named)
            for called in resources {
                let status = try setting.status(of: called, with: token)
                #expect(status == (called == named ? 200 : 401), "\(called) with a token for \(named)")
            }
        }
    }
}
