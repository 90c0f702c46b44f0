import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// An HTTP client with bounded time and size that follows no redirects.
///
/// A redirect would send an assertion to an unchecked address.
public struct Connection: Sendable {
    /// The limit of one request, up to the last byte of the response.
    public static let timeout: Duration = .seconds(10)
    /// The maximum length of a response, in bytes.
    public static let maximumLength = 1_048_576

    private let http: HTTPClient

    /// Creates a client; it connects on demand. Call ``close()`` when done.
    ///
    /// - Throws: `TokenClientError.certificateFile`.
    public init(trust: ServerTrust = .system) throws(TokenClientError) {
        let limit = TimeAmount.seconds(Self.timeout.components.seconds)
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try trust.configuration(), redirectConfiguration: .disallow,
            timeout: .init(connect: limit, read: limit))
        // Otherwise failed connections are retried until the timeout, which is then the only error reported.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes all connections.
    public func close() async {
        try? await http.shutdown()
    }

    /// A request to an authorization server.
    package struct Request: Sendable {
        package let method: String
        package let address: ServerAddress
        /// Besides `Accept` and `User-Agent`.
        package let headers: [(name: String, value: String)]
        package let body: String

        package init(
            _ method: String, _ address: ServerAddress, headers: [(name: String, value: String)] = [],
            body: String = ""
        ) {
            self.method = method
            self.address = address
            self.headers = headers
            self.body = body
        }
    }

    /// A complete response.
    package struct Response: Sendable {
        package let status: Int
        package let headers: [(name: String, value: String)]
        package let body: [UInt8]
    }

    func get(_ address: ServerAddress) async throws(TokenClientError) -> Response {
        try await send(Request("GET", address))
    }

    func post(_ form: String, to address: ServerAddress) async throws(TokenClientError) -> Response {
        try await send(
            Request("POST", address, headers: [("Content-Type", "application/x-www-form-urlencoded")], body: form))
    }

    /// Sends a request, once, and reads its whole response, whatever the status.
    package func send(_ request: Request) async throws(TokenClientError) -> Response {
        let url = request.address.text
        var message = HTTPClientRequest(url: url)
        message.method = HTTPMethod(rawValue: request.method)
        for field in request.headers { message.headers.add(name: field.name, value: field.value) }
        message.headers.add(name: "Accept", value: "application/json")
        message.headers.add(name: "User-Agent", value: "countersign")
        if !request.body.isEmpty { message.body = .bytes(ByteBuffer(string: request.body)) }
        return try await send(message, to: url)
    }

    private func send(_ request: HTTPClientRequest, to url: String) async throws(TokenClientError) -> Response {
        do {
            return try await withThrowingTaskGroup(of: Response.self) { [http, request] group in
                group.addTask {
                    let response = try await http.execute(request, timeout: .seconds(Self.timeout.components.seconds))
                    let body = try await response.body.collect(upTo: Self.maximumLength)
                    return Response(
                        status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
                        body: Array(body.readableBytesView))
                }
                // The client's own timeouts end with the head of the response; this one ends with its last byte.
                group.addTask {
                    try await Task.sleep(for: Self.timeout)
                    throw HTTPClientError.deadlineExceeded
                }
                defer { group.cancelAll() }
                guard let response = try await group.next() else { throw CancellationError() }
                return response
            }
        } catch {
            throw TokenClientError(error, at: url)
        }
    }
}
