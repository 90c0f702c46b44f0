import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("docs/client-secrets.md: secrets on the command line, and curl", .ownThreads, .requires("curl"))
final class ClientSecretProcessTests {
    private let server: ServerProcess
    private var data: [String] { ["--data", server.directory] }

    init() throws {
        let folder = TemporaryDirectory().path
        server = try ServerProcess.start(configuration: "[client_secrets]\nenabled = true\n", in: folder)
        try ServerProcessTests.expectSuccess(
            [
                "client", "add", "--id", "wiki", "--name", "Wiki", "--auth-method", "client_secret_basic", "--grant",
                "client_credentials", "--scope", "read",
            ] + data)
    }

    deinit { server.remove() }

    private func secret(_ arguments: String...) throws -> String {
        try ServerProcessTests.expectSuccess(["client", "secret", "add", "wiki"] + arguments + data)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The members of the answer to a request for a token.
    private func answer(_ secret: String) throws -> JSONObject {
        let curl = try ServerProcess.run(
            "/usr/bin/curl",
            ["-sS", "-u", "wiki:\(secret)", server.baseURL + "/oauth2/token", "-d", "grant_type=client_credentials"])
        return try JSONObject(parsing: Array(curl.output.utf8))
    }

    @Test("A secret works until it is removed, beside its successor; explain says why it was refused")
    func life() throws {
        let first = try secret()
        #expect(first.hasPrefix("cs_cs_"))
        try Patience.expect("the first secret works") { try answer(first)["access_token"] != nil }
        let second = try secret("--expires-in", "90d")
        try Patience.expect("the second secret works") { try answer(second)["access_token"] != nil }
        #expect(try answer(first)["access_token"] != nil)

        let listed = try ServerProcessTests.expectSuccess(["client", "secret", "list", "wiki", "--json"] + data)
        guard case .array(let secrets) = try JSONValue(parsing: Array(listed.utf8.dropLast())),
            case .object(let oldest)? = secrets.first, let name = oldest.string("name")?.text
        else { throw TestFailure("not a list: \(listed)") }
        #expect(!listed.contains(first) && !listed.contains(second) && secrets.count == 2)
        let shown = try ServerProcessTests.expectSuccess(["client", "show", "wiki", "--json"] + data)
        #expect(!shown.contains(first) && shown.contains("client_secret_basic"))

        try ServerProcessTests.expectSuccess(["client", "secret", "remove", "wiki", name] + data)
        try Patience.expect("the removed secret is refused") { try answer(first)["error"] == "invalid_client" }
        #expect(try answer(second)["access_token"] != nil)
        let reference = try #require(try answer(first).string("reference")).text
        let explained = try ServerProcessTests.expectSuccess(["explain", reference] + data)
        #expect(explained.contains("not one of the client's"))
    }

    @Test("A client that uses a key gets no secret, and an unknown name is an error")
    func refused() throws {
        let key = server.directory + "/job.pem"
        try ServerProcessTests.expectSuccess(["keygen", "--out", key])
        try ServerProcessTests.expectSuccess(
            ["client", "add", "--id", "job", "--jwks", server.directory + "/job.jwks.json"] + data)
        let added = try ServerProcess.run(["client", "secret", "add", "job"] + data)
        #expect(added.status == 1)
        #expect(added.errors.contains("--auth-method client_secret_basic"))
        let removed = try ServerProcess.run(["client", "secret", "remove", "wiki", "nothing"] + data)
        #expect(removed.status == 1)
        #expect(removed.errors.contains("countersign client secret list wiki"))
    }
}
