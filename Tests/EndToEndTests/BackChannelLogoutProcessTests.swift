import Countersign
import Crypto
import Foundation
import TestSupport
import Testing

@Suite("Back-channel logout by the real server", .ownThreads, .serialized, .timeLimit(.minutes(5)))
struct BackChannelLogoutProcessTests {
    private static let issuer = "https://as.example"
    private static let redirectURI = "http://127.0.0.1:8000/callback"
    private static let password = "violet harbour lantern"
    private static let configuration = ServerProcess.cheapPasswords + "[remote_keys]\nallow_http_loopback = true\n"

    /// Registers a client with a receiver and a person in the data of a server.
    private static func register(_ server: ServerProcess, in folder: String, receiver url: String) throws {
        let data = ["--data", server.directory]
        let added = try ServerProcess.run(
            ["user", "add", "alice", "--password-stdin"] + data + ["--config", folder + "/countersign.toml"],
            input: password + "\n")
        #expect(added.status == 0, "\(added.errors)")
        try ServerProcessTests.expectSuccess(
            [
                "client", "add", "--id", "app", "--name", "App", "--public", "--redirect-uri", redirectURI,
                "--backchannel-logout-uri", url, "--scope", "openid",
            ] + data)
    }

    private static func signIn(_ server: ServerProcess) async throws {
        let browser = Browser(origin: issuer, address: server.baseURL)
        let query = TestServer.encode([
            ("response_type", "code"), ("client_id", "app"), ("scope", "openid"), ("redirect_uri", redirectURI),
            ("code_challenge", Base64URL.encode(Array(SHA256.hash(data: Array("verifier".utf8))))),
            ("code_challenge_method", "S256"),
        ])
        let landing = try await Person(name: "alice", password: password)
            .walk(browser, to: "\(issuer)/oauth2/authorize?\(query)")
        #expect(try landing.response["code"] != nil)
    }

    @Test("A server killed between the end of a session and the notice sends it after its restart")
    func killed() async throws {
        let receiver = try await KeyServer()
        receiver.publish("/logout", KeyServer.Page())
        let folder = TemporaryDirectory().path
        let server = try ServerProcess.start(
            configuration: Self.configuration, in: folder, arguments: ["--issuer", Self.issuer])
        try Self.register(server, in: folder, receiver: receiver.url("/logout"))
        try await Self.signIn(server)
        // Stopped, so that it cannot send what another process causes; but not within a transaction, which would lock that one out.
        try Patience.expect("a disabled person") {
            kill(server.processIdentifier, SIGSTOP)
            let result = try ServerProcess.run(["user", "disable", "alice", "--data", server.directory])
            if result.status != 0 { kill(server.processIdentifier, SIGCONT) }
            return result.status == 0
        }
        server.kill()
        #expect(receiver.requests() == 0)

        try server.start()
        Patience.expect("the logout token") { receiver.requests("/logout") == 1 }
        let form = try #require(receiver.bodies("/logout").first)
        let jws = try CompactJWS(parsing: Array(form.dropFirst("logout_token=".count).utf8))
        let claims = try JSONObject(parsing: jws.payload)
        #expect(claims.string("iss")?.text == Self.issuer && claims.string("aud")?.text == "app")
        #expect(server.terminate() == 0)
        try FileManager.default.removeItem(atPath: folder)
        try await receiver.stop()
    }

    @Test("`client show` has the address, and `doctor` what a client does not accept")
    func operators() async throws {
        let receiver = try await KeyServer()
        receiver.breakDown("/logout")
        let folder = TemporaryDirectory().path
        let server = try ServerProcess.start(
            configuration: Self.configuration, in: folder, arguments: ["--issuer", Self.issuer])
        try Self.register(server, in: folder, receiver: receiver.url("/logout"))
        let data = ["--data", server.directory]
        #expect(
            try ServerProcessTests.expectSuccess(["client", "show", "app"] + data).contains(receiver.url("/logout")))
        #expect(try ServerProcess.run(["doctor"] + data).output.contains("Every client confirms the logouts"))
        try await Self.signIn(server)
        try ServerProcessTests.expectSuccess(["user", "disable", "alice"] + data)
        try Patience.expect("a warning") {
            try ServerProcess.run(["doctor"] + data).output.contains(
                "The client app has not confirmed 1 logout")
        }
        let output = try ServerProcess.run(["doctor"] + data).output
        #expect(output.contains("answers with status 503"))
        #expect(server.terminate() == 0)
        try FileManager.default.removeItem(atPath: folder)
        try await receiver.stop()
    }
}
