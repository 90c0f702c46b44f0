import CountersignServer
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Takes a request off the wire, asks the endpoint, puts the answer on the wire.
struct Responder: Sendable {
    let routes: Routes
    /// Whether the connection comes from a proxy that tells the caller's address.
    let isBehindProxy: Bool

    func respond(to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let (path, query) = Self.split(request.head.path ?? "")
        let response: EndpointResponse
        var isConnectionSpent = false
        if let endpoint = routes.endpoint(for: path) {
            let body = try await Self.body(of: request)
            if case .tooLarge = body { isConnectionSpent = true }
            response = await endpoint.response(
                to: EndpointRequest(
                    method: request.head.method.rawValue, path: path, query: query,
                    contentType: request.head.headerFields[.contentType],
                    authorization: request.head.headerFields[.authorization],
                    accept: request.head.headerFields[.accept],
                    remoteAddress: remoteAddress(of: request, channel), body: body))
        } else {
            response = .notFound
        }
        var head = HTTPResponse(status: .init(code: response.status))
        head.headerFields.reserveCapacity(response.headers.count + 4)
        head.headerFields[.contentType] = response.contentType
        head.headerFields[.contentLength] = String(response.body.count)
        head.headerFields[.date] = HTTPDate.now
        for header in response.headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            head.headerFields[name] = header.value
        }
        if isConnectionSpent { head.headerFields[.connection] = "close" }
        let sendsBody = request.head.method != .head
        try await writer.write(
            response: head, body: sendsBody ? .init(byteBuffer: ByteBuffer(bytes: response.body)) : .init())
        // What is left of an oversized body is not worth reading.
        if isConnectionSpent { channel.close(mode: .input, promise: nil) }
    }

    private static func split(_ target: String) -> (path: String, query: String?) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target, nil) }
        return (String(target[..<mark]), String(target[target.utf8.index(after: mark)...]))
    }

    /// How much of an oversized body is read and thrown away, in bytes: a client that is still sending does not see an answer
    /// before it is done, and sees none at all if the connection ends meanwhile.
    private static let maximumDiscarded = 16_777_216

    private static func body(of request: Request) async throws -> EndpointRequest.Body {
        var bytes: [UInt8] = []
        var discarded = 0
        for try await buffer in request.body {
            guard discarded == 0, bytes.count + buffer.readableBytes <= EndpointRequest.maximumBodySize else {
                discarded += buffer.readableBytes
                guard discarded <= maximumDiscarded else { return .tooLarge }
                continue
            }
            if bytes.isEmpty {
                bytes = Array(buffer.readableBytesView)
            } else {
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        }
        return discarded == 0 ? .bytes(bytes) : .tooLarge
    }

    /// The proxy appends the address it saw to `X-Forwarded-For`, so the last one is the one to believe.
    private func remoteAddress(of request: Request, _ channel: any Channel) -> String? {
        if isBehindProxy, let forwarded = HTTPField.Name("X-Forwarded-For").flatMap({ request.head.headerFields[$0] }) {
            return forwarded.split(separator: ",").last.map { String($0.drop { $0 == " " }.prefix(64)) }
        }
        return channel.remoteAddress?.ipAddress
    }
}

extension EndpointResponse {
    fileprivate static let notFound = EndpointResponse(
        status: 404, headers: [.noStore], contentType: "text/plain; charset=utf-8", body: Array("Not found.\n".utf8))
}
