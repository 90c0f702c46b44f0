import Countersign
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A small HTTP server on loopback that serves key sets and metadata documents, takes forms, and counts requests.
final class KeyServer: Sendable {
    /// The response at a path.
    struct Page: Sendable {
        var status = 200
        var headers: [(String, String)] = [("Content-Type", "application/json")]
        var body: [UInt8] = []
        /// Whether the server never answers.
        var isHanging = false
    }

    fileprivate struct State {
        var pages: [String: Page] = [:]
        var requests: [(path: String, head: String)] = []
    }

    fileprivate let state = Mutex(State())
    private let channel: any Channel

    init() async throws {
        let pages = Pages()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PageHandler(pages))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        pages.server.withLock { $0 = self }
    }

    func url(_ path: String, host: String = "127.0.0.1") -> String {
        "http://\(host):\(channel.localAddress?.port ?? 0)\(path)"
    }

    func publish(_ path: String, _ page: Page) {
        state.withLock { $0.pages[path] = page }
    }

    /// Publishes a JWK Set of these keys at a path.
    func publish(_ path: String, keys: [(String?, SigningKey)], cacheControl: String? = nil, etag: String? = nil) {
        var page = Page(body: Array(Self.keySet(keys).utf8))
        if let cacheControl { page.headers.append(("Cache-Control", cacheControl)) }
        if let etag { page.headers.append(("ETag", etag)) }
        publish(path, page)
    }

    func breakDown(_ path: String) {
        publish(path, Page(status: 503, body: Array("the secret of the other side".utf8)))
    }

    func hang(_ path: String) {
        publish(path, Page(isHanging: true))
    }

    /// Returns the number of requests for a path, or for all paths.
    func requests(_ path: String? = nil) -> Int {
        state.withLock { state in state.requests.count { path == nil || $0.path == path } }
    }

    /// Returns the bodies of the requests for a path, in order.
    func bodies(_ path: String) -> [String] {
        state.withLock { state in
            state.requests.filter { $0.path == path }.map { request in
                request.head.firstRange(of: "\r\n\r\n").map { String(request.head[$0.upperBound...]) } ?? ""
            }
        }
    }

    var lastHead: String { state.withLock { $0.requests.last?.head ?? "" } }

    func stop() async throws {
        try await channel.close()
    }

    static func keySet(_ keys: [(String?, SigningKey)]) -> String {
        JWKSet(
            keys.map { JWK(key: $1.verificationKey, keyID: $0.map { ExactString($0) }, use: "sig") }
        ).render()
    }

    fileprivate func page(_ path: String, _ head: String) -> Page {
        state.withLock { state in
            state.requests.append((path, head))
            // A page of one method is published under its name and the path.
            let ofMethod = "\(head.prefix { $0 != " " }) \(path)"
            return state.pages[ofMethod] ?? state.pages[path] ?? Page(status: 404)
        }
    }
}

/// A late reference to the server, which does not exist yet when the connections' handlers are configured.
private final class Pages: Sendable {
    let server = Mutex<KeyServer?>(nil)
}

/// Answers one request and closes.
private final class PageHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let pages: Pages
    private var received = ""

    init(_ pages: Pages) {
        self.pages = pages
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        guard HTTPText.isComplete(received) else { return }
        let path = received.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let page = pages.server.withLock { $0 }?.page(path, received) ?? KeyServer.Page(status: 500)
        received = ""
        guard !page.isHanging else { return }
        let fields = page.headers + [("Content-Length", "\(page.body.count)"), ("Connection", "close")]
        var answer = ByteBuffer(string: "HTTP/1.1 \(page.status) x\r\n")
        answer.writeString(fields.map { "\($0): \($1)\r\n" }.joined() + "\r\n")
        answer.writeBytes(page.body)
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(answer)).whenComplete { _ in loopBound.value.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
