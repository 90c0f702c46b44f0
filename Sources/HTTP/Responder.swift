import NIOCore

/// The connection between HTTP/1.1 or HTTP/2 and the routes.
struct Responder: Sendable {
    let routes: Routes
    /// Whether connections come from a proxy that passes on the client's address.
    let isBehindProxy: Bool

    func response(to request: IncomingRequest, from peer: String?) async -> EndpointResponse {
        await routes.response(to: request.endpointRequest(from: caller(request.head, peer)))
    }

    /// Whether the body is to be read: an endpoint takes the request, and the body is not too long.
    func wantsBody(_ head: RequestHead) -> Bool {
        (head.contentLength ?? 0) <= EndpointRequest.maximumBodySize && routes.accepts(head.method, head.path)
    }

    /// The proxy appends the address that it saw to `X-Forwarded-For`, so the last one counts. Anything but an address is ignored.
    private func caller(_ head: RequestHead, _ peer: String?) -> String? {
        guard isBehindProxy, let last = head.headers["X-Forwarded-For"]?.split(separator: ",").last else { return peer }
        let text = last.drop { $0 == " " }.prefix { $0 != " " }
        return (try? SocketAddress(ipAddress: String(text), port: 0))?.ipAddress
    }
}

extension EndpointResponse {
    /// The response to requests that an overloaded server rejects.
    static let overloaded = OAuthError(
        .temporarilyUnavailable, "The server has more requests than it can answer. Try again in a moment."
    ).response()
}
