import Foundation
import NIOCore
import NIOPosix

/// A keep-alive connection on which a test writes exact bytes.
final class RawConnection: Sendable {
    private let channel: any Channel

    init(port: Int) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StatusCollector())
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    static func tokenRequest(_ assertion: String) -> String {
        let form = TestServer.form(assertion)
        return """
            POST /oauth2/token HTTP/1.1\r
            Host: as.example\r
            Content-Type: application/x-www-form-urlencoded\r
            Content-Length: \(form.utf8.count)\r
            \r
            \(form)
            """
    }

    /// Sends a whole request and waits for the end of its answer.
    func status(of request: String) async throws -> Int {
        let answer = channel.eventLoop.makePromise(of: Int.self)
        do {
            try await channel.eventLoop.submit {
                try self.channel.pipeline.syncOperations.handler(type: StatusCollector.self).waiting.append(answer)
            }.get()
            try await channel.writeAndFlush(ByteBuffer(string: request))
        } catch {
            // The connection and its collector are gone. NIO traps if a promise is leaked.
            answer.fail(error)
        }
        return try await answer.futureResult.get()
    }

    /// Sends part of a request and expects no answer.
    func send(_ bytes: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: bytes))
    }

    /// Waits until the server closes the connection.
    func closed() async throws {
        try await channel.closeFuture.get()
    }

    func close() async throws {
        try await channel.close()
    }
}

/// Fulfills one promise per answer, in order. Answers must have a Content-Length; chunks are not parsed.
private final class StatusCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var waiting: [EventLoopPromise<Int>] = []
    private var received: [UInt8] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        while let (status, length) = answer(), length <= received.count {
            received.removeFirst(length)
            if !waiting.isEmpty { waiting.removeFirst().succeed(status) }
        }
    }

    /// Parses the next answer's status and its length, head and body; `nil` while its head is incomplete.
    private func answer() -> (status: Int, length: Int)? {
        let head = String(decoding: received.prefix(8192), as: UTF8.self)
        guard let end = head.range(of: "\r\n\r\n") else { return nil }
        let fields = head[..<end.lowerBound].split(separator: "\r\n")
        let status = fields.first.flatMap { Int($0.dropFirst("HTTP/1.1 ".count).prefix(3)) }
        let length = fields.dropFirst().compactMap { field -> Int? in
            let sides = field.split(separator: ":", maxSplits: 1)
            guard sides.first?.lowercased() == "content-length" else { return nil }
            return sides.last.flatMap { Int($0.filter(\.isNumber)) }
        }
        return (status ?? 0, head[..<end.upperBound].utf8.count + (length.first ?? 0))
    }

    func channelInactive(context: ChannelHandlerContext) {
        for promise in waiting { promise.fail(ChannelError.eof) }
        waiting = []
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
