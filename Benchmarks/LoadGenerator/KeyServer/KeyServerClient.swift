import NIOHTTP1
import NIOPosix

/// A client for the key server's control endpoints.
struct KeyServerClient: Sendable {
    private let exchange: Exchange

    init(_ address: ServerAddress, _ group: MultiThreadedEventLoopGroup) {
        exchange = Exchange(server: address, group: group)
    }

    func counts() async throws -> FetchCounts {
        let answer = try await exchange.send(exchange.server.get("/counts"))
        guard answer.status == 200 else { throw LoadError.failed("the key server answered \(answer.status)") }
        return try FetchCounts(parsing: answer.body)
    }

    /// Switches to the next key set.
    func rotate() async throws {
        var head = exchange.server.get("/rotate")
        head.method = .POST
        head.headers.add(name: "Content-Length", value: "0")
        let answer = try await exchange.send(head)
        guard answer.status == 204 else { throw LoadError.failed("the key server did not rotate: \(answer.status)") }
    }
}
