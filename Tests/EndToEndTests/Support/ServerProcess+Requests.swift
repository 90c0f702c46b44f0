import AsyncHTTPClient
import Countersign
import Foundation
import NIOCore

extension ServerProcess {
    /// Starts a server with its configuration file, data directory and log in one folder.
    static func start(
        configuration: String, in folder: String, arguments: [String] = [], launcher: (String) -> [String] = { _ in [] }
    ) throws -> ServerProcess {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (file, log) = (folder + "/countersign.toml", folder + "/log")
        try configuration.write(toFile: file, atomically: true, encoding: .utf8)
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(fileURLWithPath: log)) }
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: log))
        try handle.seekToEnd()
        let data = folder + "/data"
        return try ServerProcess(
            directory: data, arguments: ["--config", file] + arguments, launcher: launcher(data), log: handle)
    }

    /// A configuration for tests in which people sign in: the default cost of a password takes seconds in a debug build.
    static let cheapPasswords = "[sign_in]\npassword_cost = 14\n"

    var called: CalledServer { CalledServer(baseURL: baseURL) }
}

/// The address of a server, for requests from any task.
struct CalledServer: Sendable {
    let baseURL: String

    /// A request to a server that has been killed fails at once.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Posts a form, to the token endpoint if no other path is given.
    func post(_ form: String, to path: String = "/oauth2/token") async throws -> Answer {
        var request = HTTPClientRequest(url: baseURL + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: form))
        return try await Self.answer(to: request)
    }

    /// Reads a document: a public one, or with an access token.
    func get(_ path: String, accessToken: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: baseURL + path)
        if let accessToken { request.headers.add(name: "Authorization", value: "Bearer " + accessToken) }
        return try await Self.answer(to: request)
    }

    private static func answer(to request: HTTPClientRequest) async throws -> Answer {
        let response = try await http.execute(request, timeout: .seconds(60))
        return try await Answer(response)
    }

    /// Sends a token request with a new assertion; `audience` is the issuer if it differs from the address.
    func token(
        as client: String, key: SigningKey = TestClients.key, audience: String? = nil,
        header: [(String, JSONValue)] = [("kid", "k1")]
    ) async throws -> Answer {
        let assertion = try Assertion(
            client: client, key: key, header: header,
            claims: [
                ("aud", .string(audience ?? baseURL)),
                ("exp", .number(UnixTime.now.seconds + 60)),
            ])
        return try await post(TestServer.form(assertion.signed()))
    }
}
