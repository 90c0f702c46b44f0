import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("docs/client-libraries.md", .ownThreads, .timeLimit(.minutes(5)))
struct ClientLibrariesTests {
    @Test("has a runnable block for each library available from PyPI or Debian")
    func libraries() {
        let names = [
            "Authlib", "requests-oauth2client", "jose", "MSAL", "MCP Python SDK", "Go", "PHP", "Ruby",
            "curl and openssl",
        ]
        #expect(DocumentedBlock.all.map(\.library) == names)
    }

    @Test("has blocks that work as written", arguments: DocumentedBlock.all)
    func works(_ block: DocumentedBlock) async throws {
        guard let program = block.program == "python" ? Program.python : Program.path(block.program) else {
            try Test.cancel("\(block.program) is not installed; scripts/system-packages test installs it")
        }
        let isMSAL = block.library == "MSAL"
        let server = try LibraryServer(path: isMSAL ? "/corp" : "")
        defer { server.remove() }
        let resource = block.library == "MCP Python SDK" ? try await server.startResource() : nil
        defer { resource?.program.stop() }
        var source = block.source
            .replacingOccurrences(of: #"host: "auth.example.com""#, with: #"host: "127.0.0.1""#)
            .replacingOccurrences(of: "https://auth.example.com\(isMSAL ? "/corp" : "")", with: server.issuer)
        if let resource {
            source = source.replacingOccurrences(of: "127.0.0.1:8080", with: "127.0.0.1:\(resource.port)")
        }

        let result = try server.run(source, with: program, of: block.program)
        #expect(result.status == 0, "\(result.errors)")
        let token = try #require(
            result.output.firstMatch(of: /[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/), "\(result.output) \(result.errors)")
        let claims = try JSONObject(parsing: try CompactJWS(parsing: Array(token.output.utf8)).payload)
        #expect(claims.string("client_id")?.text == (isMSAL ? "erp" : "billing"))
        #expect(claims.string("scope")?.text == "read")
    }
}
