import Countersign
import Server
import SQLite
import Foundation
import TestSupport
import Testing

/// A client with one fault, and the words its developer must and must not see. `ISSUER` stands for the server's issuer.
struct BrokenClient: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The page that `error_uri` points to.
    let page: String
    /// Words of the `error_description`.
    let told: [String]
    /// Words that would mislead the developer.
    let untold: [String]
    /// Words expected from `countersign explain` when the answer is only a reference.
    let explained: [String]
    let request: @Sendable (BrokenClientBench) throws -> BrokenRequest

    init(
        _ testDescription: String, _ page: String, told: [String], untold: [String] = [], explained: [String] = [],
        _ request: @escaping @Sendable (BrokenClientBench) throws -> BrokenRequest
    ) {
        self.testDescription = testDescription
        self.page = page
        self.told = told
        self.untold = untold
        self.explained = explained
        self.request = request
    }

    /// Makes a client whose only fault is in the assertion.
    static func assertion(
        _ testDescription: String, _ page: String, told: [String], untold: [String] = [], explained: [String] = [],
        client: String = "billing", key: SigningKey = TestClients.key, header: [(String, JSONValue)] = [],
        claims: [(String, JSONValue?)] = [], times: [String: Int64] = [:]
    ) -> BrokenClient {
        BrokenClient(testDescription, page, told: told, untold: untold, explained: explained) { bench in
            BrokenRequest(
                assertion: try bench.assertion(client: client, key: key, header: header, claims: claims, times: times))
        }
    }
}

/// A token request that differs from a valid one.
struct BrokenRequest {
    var method = "POST"
    var parameters: [(String, String)]
    var query = ""
    var contentType = "application/x-www-form-urlencoded"
    var authorization: String?
    /// Replaces the form.
    var body: String?

    init(assertion: String) {
        parameters = TestServer.parameters(assertion)
    }

    /// Returns a copy with parameters replaced, added or, if `nil`, removed.
    func with(_ changes: [(String, String?)]) -> BrokenRequest {
        var request = self
        for (name, value) in changes {
            request.parameters.removeAll { $0.0 == name }
            if let value { request.parameters.append((name, value)) }
        }
        return request
    }
}

/// A server process and clients whose key the tests hold.
struct BrokenClientBench: Sendable {
    let issuer: String
    let dataDirectory: String

    @TaskLocal static var current: BrokenClientBench?

    static func shared() throws -> BrokenClientBench {
        guard let current else { throw TestFailure("the suite has no server") }
        return current
    }

    /// Signs an assertion that is valid except for the changes. `ISSUER` in `aud` stands for the issuer.
    func assertion(
        client: String = "billing", key: SigningKey = TestClients.key, header: [(String, JSONValue)] = [],
        claims: [(String, JSONValue?)] = [], times: [String: Int64] = [:], payload: String? = nil
    ) throws -> String {
        let now = UnixTime.now.seconds
        let usual: [(String, JSONValue?)] = [
            ("aud", "ISSUER"), ("iat", .number(now)), ("exp", .number(now + 60)),
        ]
        let changed = times.map { ($0.key, JSONValue?.some(.number(now + $0.value))) }
        let all = (usual + claims + changed).map { name, value in (name, value.map(named)) }
        return try Assertion(client: client, key: key, header: header, claims: all, payload: payload).signed()
    }

    private func named(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(named(text.text))
        case .array(let elements): .array(elements.map(named))
        case .null, .boolean, .number, .object: value
        }
    }

    func named(_ text: String) -> String {
        text.replacing("LOCALHOST", with: issuer.replacing("127.0.0.1", with: "localhost"))
            .replacing("SECURE", with: issuer.replacing("http:", with: "https:")).replacing("ISSUER", with: issuer)
    }

    func send(_ request: BrokenRequest) throws -> (status: Int, answer: JSONObject) {
        let url = issuer + "/oauth2/token" + request.query
        var arguments = [
            "-sS", "-X", request.method, "-w", "\n%{http_code}", "-H", "Content-Type: \(request.contentType)",
        ]
        if let authorization = request.authorization { arguments += ["-H", "Authorization: \(authorization)"] }
        let body = request.method == "GET" ? nil : request.body ?? TestServer.encode(request.parameters)
        if body != nil { arguments += ["--data-binary", "@-"] }
        let result = try ServerProcess.run("/usr/bin/curl", arguments + [url], input: body)
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        let text = lines.dropLast().joined(separator: "\n")
        return (Int(lines.last ?? "") ?? 0, (try? JSONObject(parsing: Array(text.utf8))) ?? JSONObject([]))
    }

    /// Returns the operator's explanation; polls, because the server writes its entry in the background.
    func explain(_ reference: String) throws -> String {
        var output = ""
        try Patience.expect("the refusal \(reference) is recorded") {
            let result = try ServerProcess.run(["explain", reference, "--data", dataDirectory])
            output = result.output
            return result.status == 0
        }
        return output
    }
}

/// A trait that starts one server for a suite.
struct BrokenClientServer: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let directory = TemporaryDirectory().path
        let store = try SQLiteStore(directory: directory)
        for client in TestClients.all { try await client.register(in: store) }
        await store.close()
        let process = try ServerProcess(directory: directory)
        defer {
            process.kill()
            process.remove()
        }
        let bench = BrokenClientBench(issuer: process.baseURL, dataDirectory: directory)
        try await BrokenClientBench.$current.withValue(bench) { try await function() }
    }
}

extension Trait where Self == BrokenClientServer {
    static var brokenClientServer: BrokenClientServer { BrokenClientServer() }
}
