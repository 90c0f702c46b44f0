import AsyncHTTPClient
import NIOCore

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

    /// A complete response.
    struct Response: Sendable {
        let status: Int
        let body: [UInt8]
    }

    func get(_ address: ServerAddress) async throws(TokenClientError) -> Response {
        try await send(HTTPClientRequest(url: address.text))
    }

    func post(_ form: String, to address: ServerAddress) async throws(TokenClientError) -> Response {
        var request = HTTPClientRequest(url: address.text)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: form))
        return try await send(request)
    }

    private func send(_ request: HTTPClientRequest) async throws(TokenClientError) -> Response {
        var request = request
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "countersign")
        let url = request.url
        do {
            return try await withThrowingTaskGroup(of: Response.self) { [http, request] group in
                group.addTask {
                    let response = try await http.execute(request, timeout: .seconds(Self.timeout.components.seconds))
                    let body = try await response.body.collect(upTo: Self.maximumLength)
                    return Response(status: Int(response.status.code), body: Array(body.readableBytesView))
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
