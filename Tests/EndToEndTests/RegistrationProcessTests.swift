import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("Registration on a running server, with tokens from the command line", .ownThreads, .timeLimit(.minutes(5)))
struct RegistrationProcessTests {
    private let folder = TemporaryDirectory().path

    private static func object(_ text: String) throws -> JSONObject {
        try JSONObject(parsing: Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8))
    }

    private static func curl(
        _ method: String, _ url: String, token: String?, _ body: String? = nil
    ) throws -> (status: Int, object: JSONObject) {
        var arguments = ["-sS", "-X", method, "-H", "Content-Type: application/json", "-w", "\n%{http_code}", url]
        if let token { arguments += ["-H", "Authorization: Bearer \(token)"] }
        if let body { arguments += ["-d", body] }
        let output = try ServerProcess.run("/usr/bin/curl", arguments).output
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        let object = (try? Self.object(lines.dropLast().joined())) ?? [:]
        return (Int(lines.last ?? "") ?? 0, object)
    }

    @Test("A client registers with a token, gets an access token with its key, and is seen by the operator")
    func life() throws {
        let server = try ServerProcess.start(configuration: "[registration]\nmode = \"token\"\n", in: folder)
        let data = ["--data", server.directory]
        defer {
            server.kill()
            try? FileManager.default.removeItem(atPath: folder)
        }
        let made = try Self.object(
            try ServerProcessTests.expectSuccess(
                [
                    "registration-token", "add", "--grant", "client_credentials", "--scope", "read", "--uses", "2",
                    "--note", "Build server", "--json",
                ] + data))
        let token = try #require(made.string("token")?.text)
        let tokenID = try #require(made.string("id")?.text)
        #expect(token.hasPrefix("cs_iat_"))

        try ServerProcessTests.expectSuccess(["keygen", "--kid", "k1", "--out", folder + "/client.pem"])
        let keys = try String(contentsOfFile: folder + "/client.jwks.json", encoding: .utf8)
        let endpoint = server.baseURL + "/oauth2/register"
        let metadata = """
            {"client_name":"Robot","grant_types":["client_credentials"],"token_endpoint_auth_method":"private_key_jwt","jwks":\(keys)}
            """
        #expect(try Self.curl("POST", endpoint, token: nil, metadata).status == 401)
        let registered = try Self.curl("POST", endpoint, token: token, metadata)
        #expect(registered.status == 201, "\(registered.object)")
        let id = try #require(registered.object.string("client_id")?.text)
        try ServerProcessTests.expectSuccess([
            "token", "--issuer", server.baseURL, "--client-id", id, "--key", folder + "/client.pem", "--kid", "k1",
            "--scope", "read",
        ])

        let list = try ServerProcessTests.expectSuccess(["client", "list"] + data)
        #expect(list.contains(id) && list.contains("itself, with a token"))
        let shown = try ServerProcessTests.expectSuccess(["client", "show", id] + data)
        #expect(shown.contains("itself with the token \(tokenID)"))
        try Patience.expect("its use is recorded") {
            let json = try Self.object(try ServerProcessTests.expectSuccess(["client", "show", id, "--json"] + data))
            guard case .object(let how)? = json["registered_itself"] else { return false }
            return how.string("last_used_at") != nil
        }
        let tokens = try ServerProcessTests.expectSuccess(["registration-token", "list"] + data)
        #expect(tokens.contains("1 of 2") && tokens.contains("Build server") && !tokens.contains(token))

        // Refused registrations can be explained.
        let refused = try Self.curl("POST", endpoint, token: token, "{\"client_name\":\"Robot\"}")
        #expect(refused.status == 400)
        let reference = try #require(refused.object.string("reference")?.text)
        try Patience.expect("the refusal is written") {
            try ServerProcess.run(["explain", reference] + data).output.contains("Robot")
        }

        let path = try #require(registered.object.string("registration_client_uri")?.text)
        let own = try #require(registered.object.string("registration_access_token")?.text)
        let url = server.baseURL + "/oauth2/register/" + (path.split(separator: "/").last ?? "")
        #expect(try Self.curl("GET", url, token: own).object == registered.object)
        #expect(try Self.curl("DELETE", url, token: own).status == 204)
        #expect(try ServerProcess.run(["client", "show", id] + data).status == 1)

        try ServerProcessTests.expectSuccess(["registration-token", "revoke", tokenID] + data)
        #expect(try Self.curl("POST", endpoint, token: token, metadata).status == 401)
        let again = try ServerProcess.run(["registration-token", "revoke", tokenID] + data)
        #expect(again.status == 1 && again.errors.contains("there is no registration token '\(tokenID)'"))
        // Neither the database nor the log has a token.
        for file in ["/log", "/data/countersign.sqlite", "/data/countersign.sqlite-wal"] {
            let contents = (try? Data(contentsOf: URL(fileURLWithPath: folder + file))) ?? Data()
            for secret in [token, own] { #expect(contents.range(of: Data(secret.utf8)) == nil, "\(file)") }
        }
    }

    @Test("doctor warns of registration that is open to everyone, and not of one with tokens")
    func doctor() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try ServerProcessTests.expectSuccess(["registration-token", "add", "--data", folder + "/data"])
        for (mode, issuer, isWarned) in [
            ("open", "https://auth.example.com", true), ("open", "http://127.0.0.1:9443", true),
            ("token", "https://auth.example.com", false),
        ] {
            let file = "\(folder)/\(mode).toml"
            try """
            [server]
            issuer = "\(issuer)"
            data = "\(folder)/data"
            [registration]
            mode = "\(mode)"
            """.write(toFile: file, atomically: true, encoding: .utf8)
            try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            let report = try ServerProcess.run(["doctor", "--config", file]).output
            #expect(report.contains("registration.mode is open") == isWarned, "\(report)")
        }
    }

    @Test(
        "The command refuses what a token cannot be",
        arguments: [
            ["--uses", "0"], ["--uses", "1000001"], ["--expires", "366d"], ["--expires", "0s"], ["--grant", "x"],
        ])
    func usage(_ arguments: [String]) throws {
        let result = try ServerProcess.run(["registration-token", "add", "--data", folder] + arguments)
        #expect(result.status == 2, "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
