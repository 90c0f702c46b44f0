import AsyncHTTPClient
import Countersign
import HTTP
import Pages
import Fetching
import Server
import Store
import SQLite
import Foundation
import NIOCore
import Synchronization
import TestSupport

/// An authorization server on a free loopback port, with SQLite in a temporary folder and a fixed clock.
///
/// The issuer differs from the listening address, as behind a proxy.
final class TestServer: Sendable {
    static let issuer = "https://as.example"
    static let now = TestClock.start

    let port: Int
    let store: SQLiteStore
    let directory: String
    let opaqueTokens: OpaqueTokens
    private let http = HTTPClient.shared
    private let serving: Task<Void, Never>

    /// Returns the server shared by tests that do not interfere with each other.
    static func shared() async throws -> TestServer { try await common.value }

    private static let common = Task { try await TestServer(clients: TestClients.all) }

    /// - Parameters:
    ///   - remote: the policy for fetching key sets and client metadata.
    ///   - settings: changes the server's settings.
    ///   - report: receives the server's events.
    init(
        clients: [TestClient], storeSettings: SQLiteSettings = SQLiteSettings(),
        limits: (inout HTTPLimits) -> Void = { _ in }, tls: TLSFiles? = nil, isBehindProxy: Bool = false,
        clock: @escaping @Sendable () -> UnixTime = { TestServer.now }, remote: FetchPolicy = FetchPolicy(),
        settings change: (inout ServerSettings) -> Void = { _ in },
        report: @escaping @Sendable (ServerEvent) -> Void = { _ in }
    ) async throws {
        let directory = TemporaryDirectory().path
        self.directory = directory
        store = try SQLiteStore(directory: directory, settings: storeSettings, clock: clock)
        for client in clients { try await client.register(in: store) }
        guard let urls = ServerURLs(issuer: Self.issuer) else { throw TestFailure("no issuer") }
        let keys = try await ServerKeys.load(
            from: store, masterKey: try MasterKeyFile(path: directory + "/master.key").loadOrCreate(),
            algorithm: .es256, at: Self.now)
        var settings = ServerSettings()
        change(&settings)
        let fetcher = DocumentFetcher(remote, clock: clock)
        let issuer = Issuer(
            urls, settings, store: store, keys: keys, reader: fetcher, poster: fetcher, pages: try TemplatePages(),
            Runtime(clock: clock, report: report))
        opaqueTokens = issuer.opaqueTokens
        var configuration = HTTPServer.Configuration(host: "127.0.0.1", port: 0, tls: tls)
        // A debug build on a busy machine is slow, and these tests do not measure speed.
        configuration.limits.turnBudget = .seconds(60)
        configuration.isBehindProxy = isBehindProxy
        limits(&configuration.limits)
        let front = try await HTTPServer.bind(configuration)
        port = front.port
        serving = Task {
            async let background: Void = issuer.run()
            await front.serve(issuer.routes)
            await background
        }
    }

    func stop() async throws {
        serving.cancel()
        await serving.value
        try? FileManager.default.removeItem(atPath: directory)
    }

    // MARK: Requests

    static func parameters(_ assertion: String) -> [(String, String)] {
        [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ]
    }

    static func encode(_ parameters: [(String, String)]) -> String {
        let plain = CharacterSet.alphanumerics.intersection(.init(charactersIn: "\u{0}"..."\u{7F}"))
        return parameters.map { name, value in
            name + "=" + (value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")
        }.joined(separator: "&")
    }

    static func form(_ assertion: String) -> String { encode(parameters(assertion)) }

    /// Sends a token request with the parameters in `changes` replaced or added.
    func token(_ assertion: String, _ changes: [(String, String)] = []) async throws -> Answer {
        let kept = Self.parameters(assertion).filter { parameter in !changes.contains { $0.0 == parameter.0 } }
        return try await post(Self.encode(kept + changes))
    }

    func post(
        _ form: String, contentType: String? = "application/x-www-form-urlencoded", query: String = "",
        authorization: String? = nil
    ) async throws -> Answer {
        var headers: [(String, String)] = []
        if let contentType { headers.append(("Content-Type", contentType)) }
        if let authorization { headers.append(("Authorization", authorization)) }
        return try await send("POST", "/oauth2/token" + query, headers: headers, body: form)
    }

    func send(
        _ method: String, _ path: String, accept: String? = nil, headers: [(String, String)] = [], body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let accept { request.headers.add(name: "Accept", value: accept) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await http.execute(request, timeout: .seconds(30))
        return try await Answer(response)
    }

    // MARK: The operator's view

    /// Returns the code audited under a reference, after waiting for entries written in the background.
    func auditedCode(_ reference: String) async throws -> RejectionCode? {
        await store.audit.flush()
        return try await store.audit.entry(Reference(typed: reference)).flatMap { RejectionCode(rawValue: $0.code) }
    }

    func storeFilesContain(_ needle: Data) async throws -> Bool {
        return try FileManager.default.contentsOfDirectory(atPath: directory).contains { name in
            let contents = try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name))
            return contents.range(of: needle) != nil
        }
    }
}

/// An HTTP answer.
struct Answer: Sendable {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var object: JSONObject { (try? JSONObject(parsing: body)) ?? JSONObject([]) }
    var memberNames: [String] { object.members.map(\.name.text) }

    /// Returns a string member.
    subscript(_ name: String) -> String? {
        guard case .string(let value)? = object[name] else { return nil }
        return value.text
    }
}

extension Answer {
    /// Reads the body, up to a megabyte.
    init(_ response: HTTPClientResponse) async throws {
        self.init(
            status: Int(response.status.code),
            headers: Dictionary(
                response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $0 + ", " + $1 }),
            body: Array(try await response.body.collect(upTo: 1 << 20).readableBytesView))
    }
}

/// An error that ends a test.
struct TestFailure: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
