import Foundation
import NIOPosix

/// A wait for a server that has just been started.
struct Readiness: Sendable {
    static let patience = Duration.seconds(60)

    private let server: ServerAddress
    private let process: ServerProcess?
    private let path: String

    /// - Parameter path: the path that returns 200 when the server is ready.
    init(_ server: ServerAddress, _ process: ServerProcess?, path: String = "/health/ready") {
        self.server = server
        self.process = process
        self.path = path
    }

    init(_ options: Options) throws {
        self.init(
            try options.server(), try options.serverProcess(), path: options["ready-path"] ?? "/health/ready")
    }

    /// - Throws: if the process has ended or is not ready within a minute.
    func wait() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let exchange = Exchange(server: server, group: group)
        let start = ContinuousClock.now
        while ContinuousClock.now - start < Self.patience {
            if let process, !process.isRunning { throw LoadError.failed("the server has exited") }
            if let answer = try? await exchange.send(server.get(path)), answer.status == 200 {
                return try await group.shutdownGracefully()
            }
        }
        throw LoadError.failed("the server at \(server.authority) was not ready within \(Self.patience)")
    }
}
