import Countersign
import CountersignJOSE
import Foundation
import TestSupport
import Testing

/// The steps of docs/sign-people-in.md with the real binary, and the curl command of the original guide.
@Suite("docs/sign-people-in.md", .ownThreads, .serialized, .requires("curl"), .timeLimit(.minutes(5)))
struct ProcessWalkTests {
    /// A server with the page's person and application.
    private struct Setting {
        static let password = "violet harbour lantern"
        static let redirectURI = "http://127.0.0.1:8000/callback"

        let folder: String
        let server: ServerProcess
        let browser: Browser

        init() throws {
            folder = TemporaryDirectory().path
            server = try ServerProcess.start(configuration: ServerProcess.cheapPasswords, in: folder)
            browser = Browser(origin: server.baseURL)
            let data = ["--data", server.directory]
            let added = try ServerProcess.run(
                ["user", "add", "alice", "--full-name", "Alice Liddell", "--email", "alice@example.com"]
                    + ["--password-stdin"] + data + ["--config", folder + "/countersign.toml"],
                input: Self.password + "\n")
            #expect(added.status == 0, "\(added.errors)")
            try ServerProcessTests.expectSuccess(["keygen", "--alg", "RS256", "--out", server.directory + "/web.pem"])
            try ServerProcessTests.expectSuccess(
                [
                    "client", "add", "--id", "web", "--name", "Web shop", "--jwks",
                    server.directory + "/web.jwks.json", "--grant", "authorization_code", "--grant", "refresh_token",
                    "--redirect-uri", Self.redirectURI, "--post-logout-redirect-uri", "http://127.0.0.1:8000/",
                    "--scope", "openid profile email",
                ] + data)
        }

        func assertion() throws -> String {
            let signed = try ServerProcessTests.expectSuccess([
                "assertion", "sign", "--client-id", "web", "--key", server.directory + "/web.pem", "--audience",
                server.baseURL + "/oauth2/token",
            ])
            return signed.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        /// Returns the source of a block of the page.
        func block(_ name: String) throws -> String {
            try DocumentedBlock.source(name, of: "sign-people-in.md", issuer: server.baseURL)
        }

        /// Runs the page's redemption of a code.
        func redeem(_ code: String, verifier: String) throws -> JSONObject {
            let command = try block("redeem.sh").replacingOccurrences(of: "cs_ac_…", with: code)
            let output = try ServerProcess.shell(
                "issuer=\(server.baseURL) verifier=\(verifier)\n" + command, in: server.directory)
            return try JSONObject(parsing: Array(output.utf8))
        }

        /// Signs in without PKCE, and returns the code.
        func code() async throws -> String {
            let query = TestServer.encode([
                ("response_type", "code"), ("client_id", "web"), ("scope", "openid profile email"),
                ("state", "af0ifjsldkj"), ("nonce", "n-0S6_WzA2Mj"), ("redirect_uri", Self.redirectURI),
            ])
            return try await code(from: "\(server.baseURL)/oauth2/authorize?\(query)")
        }

        /// Signs in at an address, and returns the code.
        func code(from url: String) async throws -> String {
            let person = Person(name: "alice", password: Self.password)
            let landing = try await person.walk(browser, to: url)
            let response = try landing.response
            #expect(response.location.hasPrefix(Self.redirectURI + "?"))
            #expect(response["state"] == "af0ifjsldkj")
            #expect(response["iss"] == server.baseURL)
            return try #require(response["code"], "\(response.parameters)")
        }

        func remove() throws {
            #expect(server.terminate() == 0)
            try FileManager.default.removeItem(atPath: folder)
        }
    }

    @Test("The curl command of the original guide redeems a code, once")
    func originalGuide() async throws {
        let setting = try Setting()
        let code = try await setting.code()
        func redeem() throws -> JSONObject {
            let form =
                "client_id=web&grant_type=authorization_code&code=\(code)&scope=openid"
                + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                + "&client_assertion=\(try setting.assertion())"
                + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback"
            let result = try ServerProcess.run(
                "/usr/bin/curl",
                [
                    "-v", "-X", "POST", "-H", "Content-Type: application/x-www-form-urlencoded;charset=UTF-8", "-k",
                    "-d", form, setting.server.baseURL + "/oauth2/token",
                ])
            return try JSONObject(parsing: Array(result.output.utf8))
        }
        let answer = try redeem()
        #expect(answer.string("scope")?.text == "openid profile email")
        #expect(answer.string("refresh_token")?.text.hasPrefix("cs_rt_") == true)
        #expect(answer["id_token"] != nil)
        let token = try #require(answer.string("access_token")?.text, "\(answer.render())")
        #expect(try redeem()["error"] == "invalid_grant")

        let userInfo = try ServerProcess.run(
            "/usr/bin/curl",
            [
                "-sS", "-w", "%{http_code}", "-H", "Authorization: Bearer " + token,
                setting.server.baseURL + "/oauth2/userinfo",
            ])
        // The second use of the code ended the token of the first.
        #expect(userInfo.output.hasSuffix("401"))
        try setting.remove()
    }

    @Test(
        "The commands of the page make a code and redeem it, with the verifier of its challenge alone",
        .requires("openssl"))
    func commands() async throws {
        let setting = try Setting()
        let script = try setting.block("authorize.sh") + #"echo "$verifier""#
        let lines = try ServerProcess.shell(script, in: setting.server.directory).split(separator: "\n").map(
            String.init)
        try #require(lines.count == 2, "\(lines)")
        let (url, verifier) = (lines[0], lines[1])
        #expect(verifier.wholeMatch(of: /[\w-]{64}/) != nil)

        let answer = try setting.redeem(try await setting.code(from: url), verifier: verifier)
        #expect(answer.string("scope")?.text == "openid profile email", "\(answer.render())")
        #expect(answer.string("refresh_token")?.text.hasPrefix("cs_rt_") == true)
        let token = try #require(answer.string("id_token")?.text)
        let claims = try JSONObject(parsing: try CompactJWS(parsing: Array(token.utf8)).payload)
        #expect(claims.string("nonce")?.text == "n-0S6_WzA2Mj")

        let other = try setting.redeem(
            try await setting.code(from: url), verifier: String(repeating: "v", count: 64))
        #expect(other["error"] == "invalid_grant", "\(other.render())")
        try setting.remove()
    }

    @Test("A person signs in, the tokens are refreshed, and they sign out")
    func walk() async throws {
        let setting = try Setting()
        let url = setting.server.baseURL + "/oauth2/"
        let authentication = TestServer.encode([
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        ])
        func token(_ parameters: [(String, String)]) throws -> JSONObject {
            let form = try TestServer.encode(parameters + [("client_assertion", setting.assertion())])
            return try JSONObject(
                parsing: Array(try ServerProcessTests.curl(url + "token", form: "\(authentication)&\(form)").body.utf8))
        }
        let first = try token([
            ("grant_type", "authorization_code"), ("code", try await setting.code()),
            ("redirect_uri", Setting.redirectURI),
        ])
        let refreshToken = try #require(first.string("refresh_token")?.text, "\(first.render())")
        let second = try token([("grant_type", "refresh_token"), ("refresh_token", refreshToken)])
        let access = try #require(second.string("access_token")?.text, "\(second.render())")
        let userInfo = try ServerProcess.run(
            "/usr/bin/curl", ["-sS", "-H", "Authorization: Bearer " + access, url + "userinfo"])
        let claims = try JSONObject(parsing: Array(userInfo.output.utf8))
        #expect(claims.string("name")?.text == "Alice Liddell")
        #expect(claims.string("email")?.text == "alice@example.com")

        let hint = try #require(first.string("id_token")?.text)
        let query = TestServer.encode([
            ("id_token_hint", hint), ("post_logout_redirect_uri", "http://127.0.0.1:8000/"),
        ])
        let landing = try await Person().walk(setting.browser, to: url + "logout?" + query)
        #expect(try landing.response.location == "http://127.0.0.1:8000/")
        try setting.remove()
    }
}
