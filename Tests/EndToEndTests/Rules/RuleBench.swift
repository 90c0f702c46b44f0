import Countersign
import CountersignKeyFiles
import Foundation
import TestSupport
import Testing

/// A running server with the issuer `https://as.example`, clients registered on the command line, and custom assertions.
struct RuleBench {
    let server: ServerProcess

    /// - Parameter configuration: lines of a configuration file.
    init(configuration: String = "") throws {
        let directory = TemporaryDirectory().path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let file = directory + "/rules.toml"
        guard
            FileManager.default.createFile(
                atPath: file, contents: Data(configuration.utf8), attributes: [.posixPermissions: 0o600])
        else { throw TestFailure("no configuration file") }
        server = try ServerProcess(
            directory: directory, arguments: ["--config", file, "--issuer", TestServer.issuer])
    }

    func stop() {
        #expect(server.terminate() == 0)
        server.remove()
    }

    func path(_ name: String) -> String { server.directory + "/" + name }

    /// Makes a key pair; the public half is in `NAME.jwks.json`.
    func makeKey(_ name: String, _ arguments: String...) throws -> SigningKey {
        try ServerProcessTests.expectSuccess(["keygen", "--out", path("\(name).pem")] + arguments)
        return try readKey("\(name).pem")
    }

    func readKey(_ name: String) throws -> SigningKey {
        try PrivateKeyFile(Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))), name: name).key
    }

    func register(_ id: String, _ arguments: String...) throws {
        try ServerProcessTests.expectSuccess(
            ["client", "add", "--id", id, "--name", id, "--data", server.directory] + arguments)
    }

    /// Makes an assertion for the current time; `claims` and `times` override the defaults.
    func assertion(
        _ client: String, _ key: SigningKey, algorithm: SignatureAlgorithm = .es256,
        header: [(String, JSONValue)] = [], claims: [(String, JSONValue?)] = [], times: [String: Int64] = [:]
    ) throws -> Assertion {
        let now = UnixTime.now.seconds
        let times = times.merging(["exp": 60]) { chosen, _ in chosen }.map { name, offset in
            (name, JSONValue?.some(.number(now + offset)))
        }
        return try Assertion(
            client: client, key: key, algorithm: algorithm, header: header, claims: times + claims)
    }

    func answer(to assertion: String) throws -> Answer {
        let (status, body) = try ServerProcessTests.curl(
            server.baseURL + "/oauth2/token", form: TestServer.form(assertion))
        return Answer(status: status, headers: [:], body: Array(body.utf8))
    }

    /// Returns the operator's explanation of an answer; retries, because entries are written in the background.
    func explanation(of answer: Answer) throws -> (text: String, object: JSONObject) {
        let reference = try #require(answer["reference"])
        let arguments = ["explain", reference, "--data", server.directory]
        for _ in 0..<200 {
            let result = try ServerProcess.run(arguments)
            guard result.status == 0 else { continue }
            let json = try ServerProcessTests.expectSuccess(arguments + ["--json"])
            return (result.output, try JSONObject(parsing: Array(json.utf8)))
        }
        throw TestFailure("nothing is kept under \(reference)")
    }

    /// Expects an answer that reports what is wrong with the request's own bytes, and is audited as unproven.
    func expectDisclosed(
        _ answer: Answer, _ code: RejectionCode, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(answer.status == 401, sourceLocation: sourceLocation)
        #expect(answer["error"] == "invalid_client", sourceLocation: sourceLocation)
        #expect(
            answer["error_uri"] == "\(TestServer.issuer)/errors/\(code.rawValue)", sourceLocation: sourceLocation)
        #expect(answer["error_description"]?.contains(words) == true, "\(answer.text)", sourceLocation: sourceLocation)
        let kept = try explanation(of: answer).object
        #expect(kept["proven"] == .boolean(false), sourceLocation: sourceLocation)
        #expect(kept.string("code")?.text == code.rawValue, sourceLocation: sourceLocation)
    }

    /// Expects an answer that hides the reason from the caller, and returns the operator's explanation.
    @discardableResult
    func expectOpaque(
        _ answer: Answer, _ code: RejectionCode, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        #expect(answer.status == 401, sourceLocation: sourceLocation)
        #expect(answer["error_uri"] == "\(TestServer.issuer)/errors/invalid_client", sourceLocation: sourceLocation)
        #expect(
            answer["error_description"]?.hasPrefix("Client authentication failed. ") == true, "\(answer.text)",
            sourceLocation: sourceLocation)
        let (text, kept) = try explanation(of: answer)
        #expect(kept.string("code")?.text == code.rawValue, sourceLocation: sourceLocation)
        return text
    }

    /// Expects an answer that tells the reason to a caller who proved a key.
    func expectProven(
        _ answer: Answer, _ code: RejectionCode, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(answer.status == 401, sourceLocation: sourceLocation)
        #expect(
            answer["error_uri"] == "\(TestServer.issuer)/errors/\(code.rawValue)", "\(answer.text)",
            sourceLocation: sourceLocation)
        #expect(try explanation(of: answer).object["proven"] == .boolean(true), sourceLocation: sourceLocation)
    }
}
