import Countersign
import Foundation
import TestSupport
import Testing

@Suite("Administrative commands at a server that does not do what it should", .ownThreads, .serialized)
struct RemoteFailureTests {
    /// A server that answers what a test tells it, and a key to authenticate with.
    private struct Impostor {
        let server: KeyServer
        let folder = TemporaryDirectory().path

        init(issuer: String? = nil) async throws {
            server = try await KeyServer()
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try ServerProcessTests.expectSuccess(["keygen", "--out", folder + "/ops.pem"])
            let base = server.url("")
            publish(
                "/.well-known/oauth-authorization-server",
                "{\"issuer\":\"\(issuer ?? base)\",\"token_endpoint\":\"\(base)/token\"}")
            publish("/token", #"{"access_token":"secret-token","token_type":"Bearer","expires_in":60}"#)
        }

        func publish(_ path: String, _ body: String, _ headers: [(String, String)] = [], status: Int = 200) {
            server.publish(
                path,
                KeyServer.Page(
                    status: status, headers: [("Content-Type", "application/json")] + headers, body: Array(body.utf8)))
        }

        func run(_ command: [String]) throws -> (status: Int32, output: String, errors: String) {
            try ServerProcess.run(
                command + ["--server", server.url(""), "--client-id", "ops", "--key", folder + "/ops.pem"])
        }

        func stop() async throws {
            try await server.stop()
            try FileManager.default.removeItem(atPath: folder)
        }
    }

    private static let list = "/admin/v1/clients?limit=100"

    struct Answer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var status = 200
        var headers: [(String, String)] = []
        let body: String
        /// What the error line says.
        let expected: String
    }

    static let answers = [
        Answer(
            testDescription: "a redirect", status: 302, headers: [("Location", "http://127.0.0.1:1/stolen")], body: "",
            expected: "a redirect is not followed"),
        Answer(
            testDescription: "an answer of two mebibytes", body: String(repeating: "x", count: 2_097_152),
            expected: "is longer than 1048576 bytes"),
        Answer(testDescription: "not JSON", body: "<html>", expected: "the body is not a JSON object"),
        Answer(
            testDescription: "a member that appears twice", body: #"{"items":[],"items":[],"next":null}"#,
            expected: "the body is not a JSON object"),
        Answer(testDescription: "no items", body: "{}", expected: "it has no items"),
        Answer(
            testDescription: "an item of another type", body: #"{"items":[7],"next":null}"#,
            expected: "an item is not an object"),
        Answer(
            testDescription: "an item that is not a client", body: #"{"items":[{"client_id":7}],"next":null}"#,
            expected: "/client_id: It must be a string"),
        Answer(
            testDescription: "a next page elsewhere",
            body: #"{"items":[],"next":"http://127.0.0.1:1/admin/v1/clients?cursor=x"}"#,
            expected: "its next page is elsewhere"),
        Answer(
            testDescription: "a page of another program", status: 404, body: "not found", expected: "has no admin API"),
        Answer(
            testDescription: "an error page", status: 502, body: "<html>",
            expected: "the body is not a problem document"),
        Answer(
            testDescription: "an unknown problem", status: 503,
            body: #"{"code":"temporarily_unavailable","detail":"The store does not answer.\u001b[31m","status":503}"#,
            expected: "answered 503: The store does not answer."),
        Answer(
            testDescription: "a token without the scope", status: 403,
            body: #"{"code":"insufficient_scope","detail":"No.","scope":"admin.read"}"#,
            expected: "it needs the scope admin.read"),
    ]

    @Test("An answer that is not one of the admin API is an error that names the server", arguments: answers)
    func answer(_ answer: Answer) async throws {
        let impostor = try await Impostor()
        // The size of the pages is halved while they are too long.
        for limit in [100, 50, 25, 12, 6, 3, 1] {
            impostor.publish(
                "/admin/v1/clients?limit=\(limit)", answer.body, answer.headers, status: answer.status)
        }
        let result = try impostor.run(["client", "list"])
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("error: "))
        #expect(result.errors.contains(answer.expected), "\(result.errors)")
        #expect(result.errors.contains(impostor.server.url("")), "\(result.errors)")
        #expect(!result.errors.contains("\u{1B}") && !result.errors.contains("secret-token"))
        try await impostor.stop()
    }

    @Test("A list that never ends is given up")
    func endlessList() async throws {
        let impostor = try await Impostor()
        let next = impostor.server.url("/admin/v1/clients?cursor=again")
        for path in [Self.list, "/admin/v1/clients?cursor=again"] {
            impostor.publish(path, "{\"items\":[],\"next\":\"\(next)\"}")
        }
        let result = try impostor.run(["client", "list"])
        #expect(result.status == 1 && result.errors.contains("does not end"), "\(result.errors)")
        try await impostor.stop()
    }

    @Test("A page that is too long is asked for in halves, and so are the pages after it")
    func longPages() async throws {
        let impostor = try await Impostor()
        let next = impostor.server.url("/admin/v1/resources?limit=50&cursor=x")
        let resource =
            #"{"resource":"urn:example","resource_name":"","scopes":[],"access_token_format":null,"#
            + #""access_token_lifetime":null,"created_at":"2026-01-01T00:00:00Z"}"#
        impostor.publish("/admin/v1/resources?limit=100", String(repeating: "x", count: 2_097_152))
        impostor.publish("/admin/v1/resources?limit=50", "{\"items\":[\(resource)],\"next\":\"\(next)\"}")
        impostor.publish("/admin/v1/resources?limit=50&cursor=x", "{\"items\":[\(resource)],\"next\":null}")
        let result = try impostor.run(["resource", "list", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.matches(of: /urn:example/).count == 2, "\(result.output)")
        try await impostor.stop()
    }

    @Test("RFC 8414 §3.3: metadata of another issuer is refused, and no assertion is sent")
    func otherIssuer() async throws {
        let impostor = try await Impostor(issuer: "https://auth.example.com")
        let result = try impostor.run(["client", "list"])
        #expect(result.status == 1 && result.errors.contains("not that of"), "\(result.errors)")
        #expect(impostor.server.requests("/token") == 0)
        try await impostor.stop()
    }

    @Test("RFC 9110 §13.1.1: a change that always comes too late is tried five times, and then reported")
    func preconditionStorm() async throws {
        let impostor = try await Impostor()
        let path = "/admin/v1/resources/https%3A%2F%2Fapi.example.com"
        impostor.publish(
            path,
            #"{"resource":"https://api.example.com","resource_name":"","scopes":[],"access_token_format":null,"#
                + #""access_token_lifetime":null,"created_at":"2026-01-01T00:00:00Z"}"#, [("ETag", "\"1\"")])
        impostor.publish(
            "PUT " + path, #"{"code":"precondition_failed","detail":"It has changed.","etag":"\"2\""}"#, status: 412)
        let refused = try impostor.run(["resource", "edit", "https://api.example.com", "--name", "API"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("Nothing was changed; try again"), "\(refused.errors)")
        #expect(impostor.server.requests(path) == 10)
        try await impostor.stop()
    }

    @Test("A server that does not run, and one without https")
    func unreachable() async throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try ServerProcessTests.expectSuccess(["keygen", "--out", folder + "/ops.pem"])
        func errors(_ server: String, _ key: String = "ops.pem") throws -> String {
            let result = try ServerProcess.run([
                "client", "list", "--server", server, "--client-id", "ops", "--key", folder + "/" + key,
            ])
            #expect(result.status == 1)
            return result.errors
        }
        #expect(try errors("http://127.0.0.1:1").contains("cannot be reached"))
        #expect(try errors("http://auth.example.com").contains("plain http"))
        #expect(try errors("http://127.0.0.1:1", "missing.pem").contains("no such file"))
        #expect(try errors("http://127.0.0.1:1", "ops.jwks.json").hasPrefix("error: "))
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("A wrong key, no scope, and a client that may only read")
    func permissions() throws {
        let administered = try AdministeredServer()
        defer { administered.remove() }
        let server = administered.server
        for (id, scope) in [("viewer", "admin.read"), ("writer", "admin.write"), ("stranger", "other")] {
            try ServerProcessTests.expectSuccess([
                "client", "add", "--id", id, "--name", id, "--scope", scope, "--jwks",
                administered.folder + "/ops.jwks.json", "--data", server.directory,
            ])
        }
        try ServerProcessTests.expectSuccess(["keygen", "--out", administered.folder + "/wrong.pem"])
        func run(_ client: String, _ command: [String], key: String = "ops.pem") throws -> (Int32, String) {
            let result = try ServerProcess.run(
                command + [
                    "--server", server.baseURL, "--client-id", client, "--key", administered.folder + "/" + key,
                ])
            return (result.status, result.errors)
        }
        let wrongKey = try run("ops", ["client", "list"], key: "wrong.pem")
        #expect(wrongKey.0 == 1 && wrongKey.1.contains("invalid_client"), "\(wrongKey.1)")
        let stranger = try run("stranger", ["client", "list"])
        #expect(stranger.0 == 1 && stranger.1.contains("needs the scope admin.read"), "\(stranger.1)")
        #expect(try run("viewer", ["client", "list"]).0 == 0)
        let viewer = try run("viewer", ["client", "disable", "ops"])
        #expect(viewer.0 == 1 && viewer.1.contains("needs the scope admin.write"), "\(viewer.1)")
        #expect(try run("writer", ["client", "list"]).0 == 0)
        #expect(try run("writer", ["client", "disable", "stranger"]).0 == 0)
    }
}
