import NIOCore

/// The limits and timeouts of connections.
package struct HTTPLimits: Sendable {
    /// Further connections wait in the operating system's backlog.
    package var maximumConnections = 10_000
    /// The timeout for a whole request, from its first byte.
    package var requestTimeout: Duration = .seconds(30)
    /// The timeout of a connection without a request.
    package var idleTimeout: Duration = .seconds(60)
    /// The timeout for the peer to read a response; otherwise a peer that does not read would hold its connection forever.
    package var responseTimeout: Duration = .seconds(30)
    /// The age at which a connection is closed with its next response.
    package var connectionLifetime: Duration = .seconds(3600)
    /// The number of requests after which a connection is closed.
    package var requestsPerConnection = 100_000
    /// The timeout for responses in progress when the server stops.
    package var drainTimeout: Duration = .seconds(30)
    /// The time for the requests of one turn of an overloaded event loop; further ones get 503.
    package var turnBudget: Duration = .milliseconds(100)

    /// The length of one header field, name and value, in bytes.
    static let maximumFieldSize = 16_384
    /// The length of the target and all header fields, in bytes.
    static let maximumHeadSize = 32_768
    static let maximumFieldCount = 100
    /// Requests waiting on one connection (pipelining, RFC 9112 §9.3.2).
    static let maximumPipelinedRequests = 64
    /// Request bodies longer than `EndpointRequest.maximumBodySize` that the process holds at the same time: 12 MiB in all.
    static let maximumLargeBodies = 8
    /// Bytes of an oversized body that are read and dropped, because a client that is still sending does not read the response yet.
    static let maximumDiscardedBody = 16_777_216
    /// Bytes of unsent responses while the connection is still read.
    static let maximumUnsentBytes = 4096
    /// Bytes that arrive without completing a part of a request: the most a parser can buffer.
    static let maximumUnparsedBytes = 131_072
    /// The time to keep reading after the last response, so that the peer sees the response and not a reset (RFC 9112 §9.6).
    static let lingerTimeout: Duration = .seconds(2)

    package init() {}

    /// Whether a connection has reached its lifetime or its number of requests.
    func isExpired(openedAt: NIODeadline, requests: Int) -> Bool {
        requests >= requestsPerConnection || NIODeadline.now() - openedAt >= TimeAmount(connectionLifetime)
    }
}
