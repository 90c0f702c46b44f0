import CountersignJOSE
import NIOPosix

/// The published token-signing keys of a server (RFC 7517 §5).
enum PublishedKeys {
    static func read(from server: ServerAddress) async throws -> JWKSet {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let answer = try await Exchange(server: server, group: group).send(server.get("/oauth2/jwks"))
        try await group.shutdownGracefully()
        guard answer.status == 200 else { throw LoadError.failed("/oauth2/jwks answered \(answer.status)") }
        return try JWKSet(parsing: answer.body)
    }
}
