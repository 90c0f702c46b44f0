import CountersignJOSE
import Foundation
import TestSupport
import Testing

/// The commands of docs/protect-an-api.md, and its verifier.
@Suite("docs/protect-an-api.md", .ownThreads, .serialized, .requires("curl"), .timeLimit(.minutes(5)))
struct ProtectedAPIProcessTests {
    /// A server with the client of the quick start and the page's resource, in the folder where the commands run.
    private struct Setting {
        let folder = TemporaryDirectory().path
        let server: ServerProcess

        init() throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            server = try ServerProcess(directory: folder + "/countersign-data")
            try ServerProcess.shell(
                """
                countersign keygen --alg ES256 --out billing.pem
                countersign client add --id billing --name "Billing job" --scope "invoices.read invoices.write" \\
                    --jwks billing.jwks.json --data ./countersign-data
                """, in: folder)
            try ServerProcess.shell(try block("resource.sh"), in: folder)
        }

        func block(_ name: String) throws -> String {
            try DocumentedBlock.source(name, of: "protect-an-api.md", issuer: server.baseURL)
        }

        /// Runs commands of the page that use an access token.
        func run(_ name: String, with token: String) throws -> String {
            try ServerProcess.shell(
                "issuer=\(server.baseURL) access_token=\(token)\n" + (try block(name)), in: folder)
        }

        /// Fetches a token as the page does.
        func token() throws -> String {
            let output = try ServerProcess.shell(try block("token.sh"), in: folder)
            return try #require(JSONObject(parsing: Array(output.utf8)).string("access_token")?.text, "\(output)")
        }

        /// Runs the page's verifier.
        ///
        /// - Returns: for each token the client, or the error.
        func verify(_ tokens: [String]) throws -> [String] {
            let python = try #require(Program.python)
            try block("verifier.py").write(toFile: folder + "/verifier.py", atomically: true, encoding: .utf8)
            let result = try ServerProcess.run(
                "/usr/bin/env", ["-C", folder, python, "-c", ProtectedAPIProcessTests.verification] + tokens)
            #expect(result.status == 0, "\(result.errors)")
            return result.output.split(separator: "\n").map(String.init)
        }

        func remove() {
            server.kill()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    private static let verification = """
        import sys, verifier
        for token in sys.argv[1:]:
            try:
                print(verifier.verify(token)["client_id"])
            except verifier.jwt.PyJWTError as error:
                print(type(error).__name__)
        """

    @Test("has commands that fetch, introspect and revoke a token")
    func commands() throws {
        let setting = try Setting()
        defer { setting.remove() }
        let token = try setting.token()
        func introspect() throws -> JSONObject {
            try JSONObject(parsing: Array(try setting.run("introspect.sh", with: token).utf8))
        }
        try ServerProcess.shell(try setting.block("api.sh"), in: setting.folder)
        let before = try introspect()
        #expect(before["active"] == .boolean(true), "\(before.render())")
        #expect(before.string("aud")?.text == "https://api.example.com")
        #expect(before.string("client_id")?.text == "billing")
        #expect(before.string("scope")?.text == "invoices.read")

        _ = try setting.run("revoke.sh", with: token)
        #expect(try introspect().render() == JSONObject(parsing: Array(#"{"active": false}"#.utf8)).render())
    }

    @Test("has a verifier that accepts a token for its API, also a revoked one, and no other", .requiresPython)
    func verifier() throws {
        let setting = try Setting()
        defer { setting.remove() }
        let token = try setting.token()
        _ = try setting.run("revoke.sh", with: token)

        let arguments = ["--client-id", "billing", "--key", setting.folder + "/billing.pem"]
        let issuer = setting.server.baseURL
        let commands = [
            ["token", "--issuer", issuer], ["assertion", "sign", "--audience", "https://api.example.com"],
        ]
        let others = try commands.map {
            try ServerProcessTests.expectSuccess($0 + arguments).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let dot = try #require(token.lastIndex(of: "."))
        // The last character stays, because not every one can end a signature.
        let forged = token[...dot] + String(token[dot...].dropFirst().dropLast().reversed()) + token.suffix(1)
        let results = try setting.verify([token] + others + [String(forged)])
        #expect(results == ["billing", "InvalidAudienceError", "InvalidTokenError", "InvalidSignatureError"])
    }
}
