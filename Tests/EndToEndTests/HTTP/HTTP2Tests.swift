import Foundation
import TestSupport
import Testing

/// Short timeouts, so that a stalled peer is closed soon.
private let limitsOfTwoSeconds = """
    request_timeout_seconds = 2
    idle_timeout_seconds = 2
    answer_timeout_seconds = 2
    requests_per_connection = 5000
    """

extension HTTPProcessTests {
    @Suite("HTTP/2 over TLS", .server(limitsOfTwoSeconds, tls: true), .timeLimit(.minutes(5)))
    struct HTTP2Tests {
        @Test("curl --http2 negotiates HTTP/2")
        func curl() throws {
            let server = try ServerUnderTest.shared()
            #expect(try Self.version(server, []) == "2 200")
            #expect(try Self.version(server, ["--http1.1"]) == "1.1 200")
            // Many requests on one connection.
            let result = try ServerProcess.run(
                "/usr/bin/curl",
                ["-sSk", "--http2", "-Z", "-w", "%{http_version} %{http_code}\n"]
                    + (0..<20).flatMap { _ in ["-o", "/dev/null", server.baseURL + "/health/live"] })
            #expect(result.output.split(separator: "\n") == Array(repeating: "2 200", count: 20), "\(result.errors)")
        }

        @Test("http2 = false switches it off")
        func off() async throws {
            try await ServerUnderTest.run("http2 = false", tls: true) { server, _ in
                let version = try Self.version(server, [])
                #expect(version == "1.1 200")
            }
        }

        @Test("A form gets the same answer as over HTTP/1.1")
        func form() throws {
            let server = try ServerUnderTest.shared()
            let answers = try ["--http2", "--http1.1"].map { version in
                try ServerProcessTests.curl(server.baseURL + "/oauth2/token", form: Requests.form, ["-k", version])
            }
            #expect(answers.map(\.status) == [400, 400])
            #expect(answers[0].body == answers[1].body)
            let large = String(repeating: "a", count: 2_000_000)
            let refused = try ServerProcessTests.curl(
                server.baseURL + "/oauth2/token", form: large, ["-k", "--http2"])
            #expect(refused.status == 413)
        }

        /// Attacks and their expected end: `closed` for the connection, `reset` for a stream.
        private static let attacks: [(name: String, end: String)] = [
            ("rapid-reset", "closed"), ("continuation-flood", "closed"), ("ping-flood", "closed"),
            ("settings-flood", "closed"), ("empty-data-flood", "closed"), ("window-update-flood", "closed"),
            ("10000-streams", "closed"), ("huge-header-list", "closed"), ("unread-answers", "closed"),
            ("unfinished-stream", "reset"), ("no-window", "reset"), ("silence", "closed"), ("after-goaway", "closed"),
            ("smuggled-fields", "reset"),
        ]

        @Test(
            "A hostile peer is closed, memory does not grow, and others are served", .requiresPython,
            arguments: attacks.map(\.name))
        func attack(_ name: String) throws {
            let python = try #require(Program.python)
            let server = try ServerUnderTest.shared()
            #expect(try Self.version(server, []) == "2 200")
            let before = try ProcessFacts.memoryBefore(of: server.processIdentifier)
            let result = try ServerProcess.run(
                python, [Program.source("http2_peer.py"), name, "\(server.port)"])
            #expect(result.output == (Self.attacks.first { $0.name == name }?.end ?? "") + "\n", "\(result.errors)")
            #expect(try ProcessFacts.peakMemory(of: server.processIdentifier) - before < 16_384)
            #expect(try Self.version(server, []) == "2 200")
        }

        @Test("SIGTERM sends GOAWAY, answers requests in progress, and exits with 0", .requiresPython)
        func goAway() async throws {
            let python = try #require(Program.python)
            try await ServerUnderTest.run(tls: true) { server, process in
                let result = try ServerProcess.run(
                    python,
                    [Program.source("http2_peer.py"), "drain", "\(server.port)", "\(server.processIdentifier)"])
                #expect(result.output == "goaway 400 closed\n", "\(result.errors)")
                #expect(process.waitForExit() == 0)
            }
        }

        private static func version(_ server: ServerUnderTest, _ options: [String]) throws -> String {
            try ServerProcess.run(
                "/usr/bin/curl",
                ["-sSk", "-o", "/dev/null", "-w", "%{http_version} %{http_code}"] + options
                    + [server.baseURL + "/health/live"]
            ).output
        }
    }
}
