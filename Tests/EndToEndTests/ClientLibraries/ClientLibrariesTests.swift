import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("docs/client-libraries.md", .ownThreads, .timeLimit(.minutes(5)))
struct ClientLibrariesTests {
    @Test("has a runnable block for each library available from PyPI or Debian")
    func libraries() {
        let names = [
            "Authlib", "requests-oauth2client", "jose", "MSAL", "MCP Python SDK", "iddawc", "Go", "PHP", "Ruby",
            "curl and openssl",
        ]
        #expect(DocumentedBlock.all.filter { !$0.needsPerson }.map(\.library) == names)
        let withPerson = [
            "Authlib", "requests-oauth2client", "MSAL", "MCP Python SDK", "idpyoidc", "mod_auth_openidc",
            "iddawc", "Ruby",
        ]
        #expect(DocumentedBlock.all.filter(\.needsPerson).map(\.library) == withPerson)
    }

    @Test("has blocks that work as written", arguments: DocumentedBlock.all.filter { $0.program != "apache2" })
    func works(_ block: DocumentedBlock) async throws {
        guard let program = block.program == "python" ? Program.python : Program.path(block.program) else {
            try Test.cancel("\(block.program) is not installed; scripts/system-packages test installs it")
        }
        if block.program == "cc", !FileManager.default.fileExists(atPath: "/usr/include/iddawc.h") {
            try Test.cancel("libiddawc-dev is not installed; scripts/system-packages test installs it")
        }
        let isMSAL = block.library == "MSAL"
        let server = try LibraryServer(path: isMSAL ? "/corp" : "", hasPerson: block.needsPerson)
        defer { server.remove() }
        let resource = block.library == "MCP Python SDK" ? try await server.startResource() : nil
        defer { resource?.program.stop() }
        var source = block.source
            .replacingOccurrences(of: #"host: "auth.example.com""#, with: #"host: "127.0.0.1""#)
            .replacingOccurrences(of: "https://auth.example.com\(isMSAL ? "/corp" : "")", with: server.issuer)
        if let resource {
            source = source.replacingOccurrences(of: "127.0.0.1:8080", with: "127.0.0.1:\(resource.port)")
        }

        let result = try server.run(source, with: program, of: block.program, hasPerson: block.needsPerson)
        #expect(result.status == 0, "\(result.errors)")
        let tokens = result.output.matches(of: /[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/)
        let token = try #require(tokens.last, "\(result.output) \(result.errors)")
        let claims = try JSONObject(parsing: try CompactJWS(parsing: Array(token.output.utf8)).payload)
        guard block.needsPerson else {
            #expect(claims.string("client_id")?.text == (isMSAL ? "erp" : "billing"))
            #expect(claims.string("scope")?.text == "read")
            return
        }
        #expect(["web", "erp", "agent"].contains(claims.string("client_id")?.text ?? "none"))
        #expect(claims.string("sub")?.text != claims.string("client_id")?.text)
    }
}
