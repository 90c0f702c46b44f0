import Foundation
import TestSupport
import Testing

extension HTTPProcessTests {
    /// Each client fetches the metadata and a token, and reuses its connection.
    @Suite("Third-party HTTP clients", .timeLimit(.minutes(5)))
    struct ForeignClientTests {
        /// Starts a server with a registered client; `form` signs a new token request at each call.
        private static func run(
            tls: Bool, _ body: (ServerUnderTest, _ form: () throws -> String) throws -> Void
        ) async throws {
            try await ServerUnderTest.run(tls: tls) { server, process in
                let key = server.folder + "/client.pem"
                try ServerProcessTests.expectSuccess(["keygen", "--out", key])
                try ServerProcessTests.expectSuccess([
                    "client", "add", "--id", "billing", "--name", "Billing", "--scope", "read", "--jwks",
                    server.folder + "/client.jwks.json", "--data", server.dataDirectory,
                ])
                try body(server) {
                    let assertion = try ServerProcessTests.expectSuccess([
                        "assertion", "sign", "--client-id", "billing", "--key", key, "--audience", server.baseURL,
                    ])
                    return TestServer.form(assertion.trimmingCharacters(in: .whitespacesAndNewlines))
                }
            }
        }

        /// Returns a program's output; over TLS its last argument is the server's certificate.
        private static func output(
            _ program: String, _ source: String, _ server: ServerUnderTest, _ form: String, tls: Bool
        ) throws -> String {
            let result = try ServerProcess.run(
                "/usr/bin/env",
                [
                    "NODE_EXTRA_CA_CERTS=\(server.folder)/tls.pem", "REQUESTS_CA_BUNDLE=\(server.folder)/tls.pem",
                    program, Program.source(source), server.baseURL, form,
                ]
                    + (tls ? [server.folder + "/tls.pem"] : []))
            #expect(result.status == 0, "\(result.errors)")
            return result.output
        }

        @Test("Java's HttpClient with its defaults", .requires("java", "javac"), arguments: [false, true])
        func java(_ tls: Bool) async throws {
            let java = try #require(Program.path("java"))
            try await Self.run(tls: tls) { server, form in
                let output = try Self.output(java, "TwoRequests.java", server, try form(), tls: tls)
                #expect(output == "200 200 200 true true \(tls ? "HTTP_2" : "HTTP_1_1")\n")
            }
        }

        @Test("Node's fetch and http", .requires("node"), arguments: [false, true])
        func node(_ tls: Bool) async throws {
            let node = try #require(Program.path("node"))
            try await Self.run(tls: tls) { server, form in
                let output = try Self.output(node, "two_requests.mjs", server, try form(), tls: tls)
                #expect(output == "200 200 true 200 200 200\n")
            }
        }

        @Test("Python's urllib, http.client and requests", .requiresPython, arguments: [false, true])
        func python(_ tls: Bool) async throws {
            let python = try #require(Program.python)
            try await Self.run(tls: tls) { server, form in
                let output = try Self.output(python, "two_requests.py", server, try form(), tls: tls)
                #expect(output == "200 200 True 200 400 200\n")
            }
        }

        @Test("curl with each HTTP version and with Expect", arguments: [false, true])
        func curl(_ tls: Bool) async throws {
            try await Self.run(tls: tls) { server, form in
                for options in [["--http2"], ["--http1.1"], ["--http1.0"], ["-H", "Expect: 100-continue"]] {
                    let answer = try ServerProcessTests.curl(
                        server.baseURL + "/oauth2/token", form: try form(), ["-k"] + options)
                    #expect(answer.status == 200, "\(options): \(answer.body)")
                    // Two requests on one connection.
                    let url = server.baseURL + "/.well-known/openid-configuration"
                    let result = try ServerProcess.run(
                        "/usr/bin/curl",
                        ["-sSk", "-w", "%{http_code} %{num_connects}\n"] + options
                            + ["-o", "/dev/null", url, "-o", "/dev/null", url])
                    let again = options == ["--http1.0"] ? 1 : 0
                    #expect(result.output == "200 1\n200 \(again)\n", "\(options) \(result.errors)")
                }
            }
        }
    }
}
