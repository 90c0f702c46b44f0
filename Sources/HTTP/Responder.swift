import NIOCore
import Server

/// Finds the endpoint of a request and asks it. HTTP/1.1 and HTTP/2 share it.
struct Responder: Sendable {
    let routes: Routes
    /// Whether the connection comes from a proxy that tells the caller's address.
    let isBehindProxy: Bool

    func response(to request: IncomingRequest, from peer: String?) async -> EndpointResponse {
        guard let endpoint = routes.endpoint(for: request.head.path) else { return routes.notFound(request.head.path) }
        return await endpoint.response(to: request.endpointRequest(from: caller(request.head, peer)))
    }

    /// Whether the body of such a request would be read: the endpoint exists and takes the method, and the body is not too long.
    func wantsBody(_ head: RequestHead) -> Bool {
        guard let endpoint = routes.endpoint(for: head.path) else { return false }
        return endpoint.methods.contains(head.method) && (head.contentLength ?? 0) <= EndpointRequest.maximumBodySize
    }

    /// The proxy appends the address that it saw to `X-Forwarded-For`, so the last one counts; anything but an address is dropped.
    private func caller(_ head: RequestHead, _ peer: String?) -> String? {
        guard isBehindProxy, let last = head.forwardedFor?.split(separator: ",").last else { return peer }
        let text = last.drop { $0 == " " }.prefix { $0 != " " }
        return (try? SocketAddress(ipAddress: String(text), port: 0))?.ipAddress
    }
}

extension EndpointResponse {
    /// More requests are ready than can be answered.
    static let overloaded = OAuthError(
        .temporarilyUnavailable, "The server has more requests than it can answer. Try again in a moment."
    ).response()
}
