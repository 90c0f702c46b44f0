import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// `key-server`: the server on which clients publish their keys. Runs until it is killed.
struct KeyServerCommand: Sendable {
    private let address: ServerAddress
    private let delay: TimeAmount
    private let lifetime: Int
    private let keySets: [[UInt8]]

    init(_ options: Options) throws {
        address = try options.keyServer()
        delay = .milliseconds(Int64(try options.count("delay", default: 0)))
        lifetime = try options.count("max-age", default: 600)
        let files = [try options.required("key-set"), options["next-key-set"]].compactMap { $0 }
        keySets = try files.map { file in
            guard let bytes = FileManager.default.contents(atPath: file) else {
                throw LoadError.failed("cannot read \(file)")
            }
            return Array(bytes)
        }
    }

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let channel = try await loop.flatSubmit {
            let server = NIOLoopBound(KeyServer(delay: delay, lifetime: lifetime, keySets: keySets), eventLoop: loop)
            return ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.configureHTTPServerPipeline()
                        try pipeline.addHandler(KeyServerConversation(server.value))
                    }
                }
                .bind(host: address.host, port: address.port)
        }.get()
        try await channel.closeFuture.get()
    }
}
