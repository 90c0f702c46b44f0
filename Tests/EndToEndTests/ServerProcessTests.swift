import Countersign
import Foundation
import TestSupport
import Testing

@Suite("The server as a process", .ownThreads, .serialized)
struct ServerProcessTests {
    /// A server with one client that is registered and signs on the command line.
    struct Setup {
        let server: ServerProcess
        let key: String

        init(arguments: [String] = []) throws {
            server = try ServerProcess(arguments: arguments)
            key = server.directory + "/client.pem"
            try expectSuccess(["keygen", "--out", key])
            try expectSuccess([
                "client", "add", "--id", "billing", "--name", "Billing", "--scope", "read write", "--jwks",
                server.directory + "/client.jwks.json", "--data", server.directory,
            ])
        }

        func assertion() throws -> String {
            let signed = try expectSuccess([
                "assertion", "sign", "--client-id", "billing", "--key", key, "--audience", server.baseURL,
            ])
            return signed.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        func token(_ assertion: String) throws -> (status: Int, body: String) {
            try ServerProcessTests.curl(server.baseURL + "/oauth2/token", form: TestServer.form(assertion))
        }
    }

    @discardableResult
    static func expectSuccess(_ arguments: [String]) throws -> String {
        let result = try ServerProcess.run(arguments)
        #expect(result.status == 0, "\(arguments.joined(separator: " ")): \(result.errors)")
        return result.output
    }

    static func curl(_ url: String, form: String, _ more: [String] = []) throws -> (status: Int, body: String) {
        let result = try ServerProcess.run(
            "/usr/bin/curl", ["-sS", "-X", "POST", "-d", "@-", "-w", "\n%{http_code}"] + more + [url], input: form)
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }

    @Test("An assertion accepted before kill -9 is refused after the restart")
    func killed() throws {
        let setup = try Setup()
        let assertions = try (0..<5).map { _ in try setup.assertion() }
        for assertion in assertions { #expect(try setup.token(assertion).status == 200) }
        setup.server.kill()
        // The restart changes the address and with it the default issuer, so the old issuer is given.
        let again = try ServerProcess(directory: setup.server.directory, arguments: ["--issuer", setup.server.baseURL])
        for assertion in assertions {
            let answer = try Self.curl(again.baseURL + "/oauth2/token", form: TestServer.form(assertion))
            #expect(answer.status == 401)
            #expect(answer.body.contains("/errors/replayed"))
        }
        #expect(again.terminate() == 0)
        again.remove()
    }

    @Test("SIGTERM stops the server cleanly, and a replay is refused after the restart")
    func terminated() throws {
        let setup = try Setup()
        let assertion = try setup.assertion()
        #expect(try setup.token(assertion).status == 200)
        #expect(setup.server.terminate() == 0)
        let again = try ServerProcess(directory: setup.server.directory, arguments: ["--issuer", setup.server.baseURL])
        #expect(try Self.curl(again.baseURL + "/oauth2/token", form: TestServer.form(assertion)).status == 401)
        #expect(again.terminate() == 0)
        again.remove()
    }

    @Test("A running server notices a change made on the command line")
    func change() throws {
        let setup = try Setup()
        #expect(try setup.token(try setup.assertion()).status == 200)
        for (command, status) in [("disable", 401), ("enable", 200)] {
            try Self.expectSuccess(["client", command, "billing", "--data", setup.server.directory])
            try Patience.expect("\(command) is in force") { try setup.token(try setup.assertion()).status == status }
        }
        #expect(setup.server.terminate() == 0)
        setup.server.remove()
    }

    @Test("explain reports why a reference was refused, and inspect why an assertion would be")
    func explained() throws {
        let setup = try Setup()
        let stranger = setup.server.directory + "/stranger.pem"
        try Self.expectSuccess(["keygen", "--out", stranger])
        let forged = try Self.expectSuccess([
            "assertion", "sign", "--client-id", "billing", "--key", stranger, "--audience", setup.server.baseURL,
        ]).trimmingCharacters(in: .whitespacesAndNewlines)
        let answer = try setup.token(forged)
        #expect(answer.status == 401)
        let object = try JSONObject(parsing: Array(answer.body.utf8))
        let reference = try #require(object.string("reference")?.text)
        var explanation = ""
        // The entry is written in the background.
        for _ in 0..<200 where !explanation.contains("bad_signature") {
            explanation = try ServerProcess.run(["explain", reference, "--data", setup.server.directory]).output
        }
        #expect(explanation.contains("bad_signature"))
        let inspected = try ServerProcess.run([
            "assertion", "inspect", forged, "--data", setup.server.directory, "--issuer", setup.server.baseURL,
        ])
        #expect(inspected.status == 1)
        #expect(inspected.output.contains("bad_signature"))
        let good = try ServerProcess.run([
            "assertion", "inspect", try setup.assertion(), "--data", setup.server.directory, "--issuer",
            setup.server.baseURL,
        ])
        #expect(good.status == 0, "\(good.output)")
        #expect(setup.server.terminate() == 0)
        setup.server.remove()
    }

    @Test("countersign demo runs to completion")
    func demo() throws {
        let result = try ServerProcess.run(["demo", "--once"])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }
}
