import Caching

/// A cache of access tokens: each is fetched once and used until shortly before it expires.
///
/// A class because all callers share it: concurrent callers that need the same token share one fetch.
public final class AccessTokens: Sendable {
    private struct Cached<Value: Sendable>: Sendable {
        let value: Value
        let expiry: UnixTime
    }

    /// The scope and resources of a token request.
    private struct Request: Hashable, Sendable {
        let scope: ExactString?
        let resources: [ExactString]
    }

    private let client: TokenClient
    private let margin: Duration
    private let clock: @Sendable () -> UnixTime
    private let tokens = SharedCache<Request, Cached<String>, TokenClientError>(capacity: 1000)
    /// By issuer; there is only one.
    private let metadata = SharedCache<String, Cached<ServerMetadata>, TokenClientError>(capacity: 2)

    private static let metadataLifetime: Duration = .seconds(3600)

    /// - Parameters:
    ///   - client: fetches the tokens.
    ///   - margin: how long before its expiry a token is no longer handed out.
    ///   - clock: the current time.
    public init(
        _ client: TokenClient, margin: Duration = .seconds(30), clock: @escaping @Sendable () -> UnixTime = { .now }
    ) {
        self.client = client
        self.margin = margin
        self.clock = clock
    }

    /// Returns a token that is valid now, from the cache if possible.
    ///
    /// - Parameters:
    ///   - scope: separated by spaces; `nil` requests the whole registered scope.
    ///   - resources: the URIs of the resources that the token is for (RFC 8707 §2); empty for the server's default audience. A server
    ///     without registered resources ignores them: before a token is sent to one API, compare its `aud`.
    public func accessToken(
        scope: String? = nil, resources: [String] = []
    ) async throws(TokenClientError) -> String {
        let key = Request(scope: scope.map { ExactString($0) }, resources: resources.map { ExactString($0) })
        let now = clock()
        if let token = tokens.value(for: key, if: { now + margin < $0.expiry }) { return token.value }
        return try await tokens.load(key) { () async throws(TokenClientError) in
            let request = try self.client.request(
                scope: scope, resources: resources, to: try await self.document(at: now), at: now)
            let response = try await self.client.send(request)
            // RFC 6749 §5.1: without `expires_in` the lifetime is unknown, so such a token is used once.
            return Cached(value: response.accessToken, expiry: response.lifetime.map { now + $0 } ?? .distantPast)
        }.value
    }

    /// Removes every token, for example after a resource server has refused one.
    public func removeAll() {
        tokens.invalidateAll()
        metadata.invalidateAll()
    }

    private func document(at now: UnixTime) async throws(TokenClientError) -> ServerMetadata {
        let issuer = client.issuer
        if let cached = metadata.value(for: issuer, if: { now < $0.expiry }) { return cached.value }
        return try await metadata.load(issuer) { [client] () async throws(TokenClientError) in
            Cached(value: try await client.metadata(), expiry: now + Self.metadataLifetime)
        }.value
    }
}
