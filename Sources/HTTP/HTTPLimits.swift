/// The limits and timeouts of connections.
package struct HTTPLimits: Sendable {
    /// Of open connections; further ones wait in the backlog of the operating system.
    package var maximumConnections = 10_000
    /// For a whole request to arrive, from its first byte.
    package var requestTimeout: Duration = .seconds(30)
    /// For a connection without a request.
    package var idleTimeout: Duration = .seconds(60)
    /// For the peer to take a response. Without it, a peer that does not read would hold its connection forever.
    package var answerTimeout: Duration = .seconds(30)
    /// After which a connection is closed with the next response.
    package var connectionLifetime: Duration = .seconds(3600)
    /// After which a connection is closed.
    package var requestsPerConnection = 100_000
    /// For responses in progress when the server stops.
    package var drainTimeout: Duration = .seconds(30)
    /// For the requests of one turn of an event loop under overload; further ones get 503.
    package var turnBudget: Duration = .milliseconds(100)

    /// Name and value of one header field, in bytes.
    static let maximumFieldSize = 16_384
    /// The target and all header fields, in bytes.
    static let maximumHeadSize = 32_768
    /// Header fields of one request.
    static let maximumFieldCount = 100
    /// Requests waiting on one connection (pipelining, RFC 9112 §9.3.2).
    static let maximumPipelinedRequests = 64
    /// Bytes of an oversized body that are read and dropped, because a client that is still sending does not read the response yet.
    static let maximumDiscardedBody = 16_777_216
    /// Bytes of unsent responses while the connection is still read.
    static let maximumUnsentBytes = 4096
    /// Bytes that arrive without completing a part of a request: the most a parser can buffer.
    static let maximumUnparsedBytes = 131_072
    /// For reading after the last response, so that the peer sees the response and not a reset (RFC 9112 §9.6).
    static let lingerTimeout: Duration = .seconds(2)

    package init() {}
}
