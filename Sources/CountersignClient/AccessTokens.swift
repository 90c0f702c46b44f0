import Countersign
import CountersignJOSE

/// Access tokens at hand: each is fetched once and used until shortly before it expires.
///
/// An actor, because tokens and requests under way are shared: of any number of callers one fetches, the others wait for it.
public actor AccessTokens {
    private let client: TokenClient
    private let margin: Duration
    private let clock: @Sendable () -> UnixTime
    private var kept: [ExactString: Kept] = [:]
    private var underWay: [ExactString: Task<Result<TokenResponse, TokenClientError>, Never>] = [:]
    private var metadata: (document: ServerMetadata, expiry: UnixTime)?

    private struct Kept {
        let token: String
        let expiry: UnixTime
    }

    /// How long metadata is believed before it is read again.
    private static let metadataLifetime: Duration = .seconds(3600)

    /// - Parameters:
    ///   - client: fetches the tokens.
    ///   - margin: how long before its expiry a token is no longer handed out.
    ///   - clock: tells the time.
    public init(
        _ client: TokenClient, margin: Duration = .seconds(30), clock: @escaping @Sendable () -> UnixTime = { .now }
    ) {
        self.client = client
        self.margin = margin
        self.clock = clock
    }

    /// A token that is valid now.
    ///
    /// - Parameter scope: divided by spaces; `nil` asks for all that is registered.
    public func accessToken(scope: String? = nil) async throws(TokenClientError) -> String {
        let name = ExactString(scope ?? "")
        if let token = kept[name], clock() + margin < token.expiry { return token.token }
        if let fetch = underWay[name] { return try await fetch.value.get().accessToken }
        let asked = clock()
        let fetch = Task { () -> Result<TokenResponse, TokenClientError> in
            do throws(TokenClientError) {
                return .success(try await self.fetch(scope))
            } catch {
                return .failure(error)
            }
        }
        underWay[name] = fetch
        let result = await fetch.value
        underWay[name] = nil
        let response = try result.get()
        // RFC 6749 §5.1: without expires_in nobody knows how long it lives, so it is used once.
        kept[name] = response.lifetime.map { Kept(token: response.accessToken, expiry: asked + $0) }
        return response.accessToken
    }

    /// Forgets every token: for when a resource server refuses one.
    public func forget() {
        kept = [:]
        metadata = nil
    }

    private func fetch(_ scope: String?) async throws(TokenClientError) -> TokenResponse {
        let now = clock()
        let document: ServerMetadata
        if let known = metadata, now < known.expiry {
            document = known.document
        } else {
            document = try await client.metadata()
            metadata = (document, now + Self.metadataLifetime)
        }
        return try await client.send(try client.request(scope: scope, to: document, at: now))
    }
}
