import CountersignJOSE
import Foundation
import TestSupport
import Testing

/// The commands of docs/protect-an-api.md, and its verifier.
@Suite("docs/protect-an-api.md", .ownThreads, .serialized, .requires("curl", "setsid"), .timeLimit(.minutes(5)))
struct ProtectedAPIProcessTests {
    /// The page, and a server with the client of the quick start.
    private struct Setting {
        let page: DocumentedPage
        let server: ServerProcess

        init() throws {
            page = try DocumentedPage("protect-an-api.md")
            server = try page.serve(command: "countersign serve --data ./countersign-data")
            _ = try page.type(
                """
                countersign keygen --alg ES256 --out billing.pem
                countersign client add --id billing --name "Billing job" --scope "invoices.read invoices.write" \\
                    --jwks billing.jwks.json --data ./countersign-data
                """)
            try page.run("resource.sh")
        }

        /// Fetches a token as the page does, and keeps it.
        func token() throws -> String {
            let answer = try page.object("token.sh")
            let token = try #require(answer.string("access_token")?.text, "\(answer.render())")
            try page.run("keep.sh", ["eyJ…": token])
            return token
        }

        /// Runs the page's verifier.
        ///
        /// - Returns: for each token the client, or the error.
        func verify(_ tokens: [String]) throws -> [String] {
            let python = try #require(Program.python)
            try page.save("verifier.py")
            let result = try ServerProcess.run(
                "/usr/bin/env", ["-C", page.folder, python, "-c", ProtectedAPIProcessTests.verification] + tokens)
            #expect(result.status == 0, "\(result.errors)")
            return result.output.split(separator: "\n").map(String.init)
        }

        func remove() {
            server.kill()
            page.remove()
        }
    }

    private static let commands = [
        "resource.sh", "token.sh", "keep.sh", "api.sh", "introspect.sh", "revoke.sh", "introspect.sh",
    ]

    @Test("has no command that is not run")
    func complete() {
        DocumentedBlock.expect("protect-an-api.md", isCoveredBy: Self.commands + ["verifier.py"])
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
        let page = setting.page
        _ = try setting.token()
        try page.run("api.sh")
        let before = try page.object("introspect.sh")
        #expect(before["active"] == .boolean(true), "\(before.render())")
        #expect(before.string("aud")?.text == "https://api.example.com")
        #expect(before.string("client_id")?.text == "billing")
        #expect(before.string("scope")?.text == "invoices.read")

        try page.run("revoke.sh")
        #expect(
            try page.object("introspect.sh").render() == JSONObject(parsing: Array(#"{"active": false}"#.utf8)).render()
        )
        #expect(page.used == Self.commands)
    }

    @Test("has a verifier that accepts a token for its API, also a revoked one, and no other", .requiresPython)
    func verifier() throws {
        let setting = try Setting()
        defer { setting.remove() }
        let token = try setting.token()
        try setting.page.run("revoke.sh")

        let arguments = ["--client-id", "billing", "--key", setting.page.folder + "/billing.pem"]
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
