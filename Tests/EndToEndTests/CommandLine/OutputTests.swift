import Foundation
import TestSupport
import Testing

@Suite("Command output: for people, for programs, and safe for terminals", .ownThreads)
struct OutputTests {
    @Test("token --claims shows a JWT's claims, and says that only the server can read an opaque token")
    func claims() throws {
        let setup = try ServerProcessTests.Setup()
        defer { setup.server.kill() }
        let issuer = setup.server.baseURL
        let token = ["token", "--issuer", issuer, "--client-id", "billing", "--key", setup.key, "--claims"]
        let text = try ServerProcessTests.expectSuccess(token)
        #expect(text.hasPrefix("Header\n  typ  at+jwt\n  alg  ES256\n"))
        #expect(text.contains("\n  iss        \(issuer)\n"))
        #expect(text.contains("\n  client_id  billing\n"))
        #expect(text.contains(/\n  exp        \d+  20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\n/))
        let json = try Self.object(try ServerProcessTests.expectSuccess(token + ["--json"]))
        #expect(json["format"] as? String == "jwt")
        #expect((json["claims"] as? [String: Any])?["sub"] as? String == "billing")

        try ServerProcessTests.expectSuccess([
            "client", "edit", "billing", "--access-token-format", "opaque", "--access-token-lifetime", "15m", "--data",
            setup.server.directory,
        ])
        try Patience.expect("the server has seen the change") {
            try ServerProcessTests.expectSuccess(token)
                == """
                The access token is opaque: only the server that issued it can read it.
                  token_type  Bearer
                  expires_in  900
                  scope       read write

                """
        }
        let opaque = try Self.object(try ServerProcessTests.expectSuccess(token + ["--json"]))
        #expect(opaque["format"] as? String == "opaque")
        #expect(opaque["claims"] is NSNull)
        #expect(try ServerProcess.run(token + ["--curl"]).status == 2)
    }

    @Test("JSON is indented on a terminal and one line in a pipe", .requires("script"))
    func terminal() throws {
        let setup = try ServerProcessTests.Setup()
        defer { setup.server.kill() }
        let show = ["client", "show", "billing", "--json", "--data", setup.server.directory]
        let piped = try ServerProcessTests.expectSuccess(show)
        #expect(piped.filter(\.isNewline).count == 1)
        let shown = try Self.onTerminal(show)
        #expect(shown.hasPrefix("{\n  \"client_id\": \"billing\",\n  \"client_name\": \"Billing\",\n"))
        #expect(try NSDictionary(dictionary: Self.object(shown)) == NSDictionary(dictionary: Self.object(piped)))
    }

    @Test("Control characters from a caller are escaped on a terminal, in JSON and in text", .requires("script"))
    func hostile() throws {
        let setup = try ServerProcessTests.Setup()
        defer { setup.server.kill() }
        let hostile = "evil\u{202E}\u{9B}31m\u{1B}]0;x\u{7F}\u{2066}"
        let assertion = try ServerProcessTests.expectSuccess([
            "assertion", "sign", "--client-id", hostile, "--key", setup.key, "--audience", setup.server.baseURL,
        ]).trimmingCharacters(in: .whitespacesAndNewlines)
        let refusal = try setup.token(assertion)
        #expect(refusal.status == 401)
        let reference = try #require(Self.object(refusal.body)["reference"] as? String)
        let explain = ["explain", reference, "--data", setup.server.directory]
        try Patience.expect("the refusal is in the audit") { try ServerProcess.run(explain).status == 0 }
        for arguments in [explain + ["--json"], explain, ["explain", "--json", "--data", setup.server.directory]] {
            for output in [
                try ServerProcessTests.expectSuccess(arguments), try Self.onTerminal(arguments, coloured: false),
            ] {
                let obeyed = output.unicodeScalars.filter {
                    [.control, .format].contains($0.properties.generalCategory) && $0 != "\n" && $0 != "\r"
                }
                #expect(obeyed.isEmpty, "\(arguments)")
            }
        }
        let verify = ["jws", "verify", "--jwk", setup.key.replacing(".pem", with: ".jwks.json"), assertion]
        #expect(try ServerProcessTests.expectSuccess(verify).contains(hostile.prefix(6)), "byte for byte into a pipe")
        #expect(try Self.onTerminal(verify, coloured: false).contains("evil\\u{202e}\\u{9b}31m"))
        let json = try ServerProcessTests.expectSuccess(explain + ["--json"])
        #expect(json.contains(#""evil\u202e\u009b31m\u001b]0;x\u007f\u2066""#))
        #expect((try Self.object(json)["assertion"] as? [String: Any])?["sub"] as? String == hostile)
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// Returns what a command prints to a terminal.
    private static func onTerminal(_ arguments: [String], coloured: Bool = true) throws -> String {
        let command = ([ServerProcess.binary.path] + arguments).joined(separator: " ")
        let program = try #require(Program.path("script"))
        let result = try ServerProcess.run(
            "/usr/bin/env", (coloured ? [] : ["NO_COLOR=1"]) + [program, "-qec", command, "/dev/null"])
        #expect(result.status == 0)
        return result.output.replacing("\r\n", with: "\n")
    }
}
