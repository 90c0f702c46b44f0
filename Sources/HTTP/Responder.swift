import NIOCore

/// The connection between HTTP/1.1 or HTTP/2 and the routes.
struct Responder: Sendable {
    let routes: Routes
    /// Whether connections come from a proxy that passes on the client's address.
    let isBehindProxy: Bool
    let largeBodies = LargeBodies()

    func response(to request: IncomingRequest, from peer: String?) async -> EndpointResponse {
        guard request.refusal != .noPlace else {
            record(.overloaded)
            return .tooManyLargeBodies
        }
        let response = await routes.response(to: request.endpointRequest(from: caller(request.head, peer)))
        // The endpoint held the body until here.
        return withExtendedLifetime(request.place) { response }
    }

    /// Counts a request that the routes did not see.
    func record(_ rejection: RequestMetrics.Rejection) { routes.requests?.record(rejection) }

    /// Whether the body is to be read: an endpoint takes the request, and the body is not too long.
    func wantsBody(of request: IncomingRequest) -> Bool {
        request.refusal == nil && routes.accepts(request.head.method, request.head.path)
    }

    /// Returns the longest body to read for a request, in bytes, decided from its head.
    func bodyLimit(_ head: RequestHead) -> Int {
        routes.bodyLimit(for: head.endpointRequest(from: nil))
    }

    /// The address of the client; that of the proxy if it does not report a valid one, so that no caller is without limits.
    private func caller(_ head: RequestHead, _ peer: String?) -> String? {
        guard isBehindProxy, let header = head.headers["X-Forwarded-For"] else { return peer }
        return ForwardedAddress.last(in: header) ?? peer
    }
}

/// The address that a proxy has appended to `X-Forwarded-For`. The entries before it are the caller's own word.
enum ForwardedAddress {
    /// - Returns: the address, with or without a port in the header; `nil` for anything else.
    static func last(in header: String) -> String? {
        guard let last = header.split(separator: ",", omittingEmptySubsequences: false).last else { return nil }
        let text = last.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
        return address(text) ?? withoutPort(text).flatMap(address)
    }

    private static func address(_ text: Substring) -> String? {
        (try? SocketAddress(ipAddress: String(text), port: 0))?.ipAddress
    }

    /// The address in `192.0.2.1:443`, as some proxies write it, `[2001:db8::1]:443` or `[2001:db8::1]`.
    private static func withoutPort(_ text: Substring) -> Substring? {
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            return isPort(text[text.index(after: end)...]) ? text[..<end].dropFirst() : nil
        }
        guard let colon = text.firstIndex(of: ":"), text[..<colon].contains("."), isPort(text[colon...]) else {
            return nil
        }
        return text[..<colon]
    }

    /// Whether a text is a colon and digits, or nothing.
    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.first == ":" && UInt16(text.dropFirst()) != nil
    }
}

extension EndpointResponse {
    /// The response to requests that an overloaded server rejects.
    static let overloaded = OAuthError(
        .temporarilyUnavailable, "The server has more requests than it can answer. Try again in a moment."
    ).response()

    /// The response to a large body while as many as allowed are held.
    static let tooManyLargeBodies = OAuthError(
        .temporarilyUnavailable, "The server is receiving too many files at the same time. Try again in a moment."
    ).response()
}
