import Countersign
import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("docs/accept-mcp-clients.md", .ownThreads, .requiresPython, .requires("setsid"), .timeLimit(.minutes(10)))
struct MCPServerTests {
    private static func id(of name: String, in clients: String) throws -> String {
        let line = clients.split(separator: "\n").first { $0.contains(name) }
        return String(try #require(line?.split(separator: " ").first))
    }

    private static let tools = [
        "resource.sh", "server.py", "reporter.sh", "person.sh", "desktop.sh", "reporter.py", "desktop.py",
        "newcomer.py",
        "documents.toml", "registration.toml", "serve.sh", "mcp_server.sh", "run_reporter.sh", "run_desktop.sh",
        "serve_again.sh", "run_newcomer.sh",
    ]
    private static let documents = [
        "check.sh", "serve_documents.sh", "keys.sh", "analyst.json", "token.sh", "block.sh",
    ]

    @Test("has no command that is not run")
    func complete() {
        DocumentedBlock.expect("accept-mcp-clients.md", isCoveredBy: Self.tools + Self.documents)
    }

    @Test(
        "has an MCP server whose tool is called by an agent with a key, by a program for a person, and by one that registers itself"
    )
    func tools() async throws {
        var setting = try MCPSetting(serving: "serve.sh")
        defer { setting.remove() }
        let page = setting.page
        let mcp = try await setting.startResource()
        defer { mcp.stop() }
        #expect(try page.run("run_reporter.sh").contains("Sales, made for reporter by reporter"))
        let person = try page.run("run_desktop.sh")
        #expect(person.contains("Sales, made for ") && person.contains(" by desktop"), "\(person)")
        #expect(!person.contains("made for desktop"))

        try setting.serve("serve_again.sh")
        let newcomer = try page.run("run_newcomer.sh")
        let clients = try ServerProcessTests.expectSuccess(["client", "list", "--data", setting.server.directory])
        let newID = try Self.id(of: "Newcomer", in: clients)
        #expect(newcomer.contains("Sales, made for ") && newcomer.contains(" by \(newID)"), "\(newcomer) \(clients)")
        #expect(page.used == Self.tools)
        #expect(setting.server.terminate() == 0)
    }

    @Test("gets a token for a client with a metadata document until it is kept out")
    func documents() async throws {
        var setting = try MCPSetting()
        defer { setting.remove() }
        let page = setting.page
        try page.run("check.sh")
        try setting.serve("serve_documents.sh")
        let origin = ["https://agents.example.com": setting.documentOrigin]
        try page.run("keys.sh")
        let keys = try String(contentsOfFile: setting.folder + "/analyst.jwks.json", encoding: .utf8)
        try setting.publish("analyst.jwks.json", keys)
        try setting.publish("analyst.json", try page.source("analyst.json", origin))
        let host = try await setting.startDocuments()
        defer { host.stop() }

        let token = try page.run("token.sh", origin).trimmingCharacters(in: .whitespacesAndNewlines)
        let claims = try JSONObject(parsing: try CompactJWS(parsing: Array(token.utf8)).payload)
        #expect(claims.string("client_id")?.text == setting.documentOrigin + "/analyst.json")
        #expect(claims.string("scope")?.text == "reports.read")

        try page.run("block.sh", origin)
        let command = try page.source("token.sh", origin).trimmingCharacters(in: .whitespacesAndNewlines)
        try Patience.expect("a refusal") { try page.type(command + " || true").contains("invalid_client") }
        #expect(Set(Self.documents).isSubset(of: page.used))
        #expect(setting.server.terminate() == 0)
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
