@_exported import Countersign

/// A client that authenticates with its private key (RFC 7523 §2.2) and fetches access tokens.
///
/// ```swift
/// let connection = try Connection()
/// let key = try PrivateKeyFile(path: path).key
/// let client = TokenClient(issuer: issuer, clientID: ClientID(id), key: key, connection: connection)
/// let token = try await client.fetchToken(scope: "invoices.read").accessToken
/// ```
///
/// Each call sends a request; ``AccessTokens`` caches tokens until they expire.
public struct TokenClient: Sendable {
    /// The authorization server's issuer identifier, exactly as in its metadata.
    public let issuer: String
    /// The client identifier: `iss` and `sub` of assertions.
    public let clientID: ClientID
    /// The key that signs assertions.
    public let key: SigningKey
    /// The signature algorithm; `nil` for the key's default.
    public let algorithm: SignatureAlgorithm?
    /// The `kid` under which the key is registered, if it has one.
    public let keyID: ExactString?
    let connection: Connection

    /// Creates a client, without sending anything.
    public init(
        issuer: String, clientID: ClientID, key: SigningKey, algorithm: SignatureAlgorithm? = nil,
        keyID: ExactString? = nil, connection: Connection
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.key = key
        self.algorithm = algorithm
        self.keyID = keyID
        self.connection = connection
    }

    /// Fetches the issuer's metadata from the location of RFC 8414, then from that of OpenID Connect.
    ///
    /// - Throws: ``TokenClientError``; `.otherIssuer` if the document is of another issuer.
    public func metadata() async throws(TokenClientError) -> ServerMetadata {
        try await ServerMetadata.read(of: issuer, connection)
    }

    /// Signs a fresh assertion and puts it into a request.
    ///
    /// - Parameters:
    ///   - scope: the scope, separated by spaces; `nil` for the whole registered scope.
    ///   - resources: the URIs of the resources that the token is for (RFC 8707 §2); empty for the server's default audience. A server
    ///     without registered resources ignores them: before a token is sent to one API, compare its `aud`.
    ///   - metadata: the server's metadata.
    ///   - now: `iat` of the assertion, which expires a minute later.
    /// - Throws: ``TokenClientError/signing(_:)`` if the key does not fit the algorithm.
    public func request(
        scope: String? = nil, resources: [String] = [], to metadata: ServerMetadata, at now: UnixTime = .now
    ) throws(TokenClientError) -> TokenRequest {
        let template = AssertionTemplate(clientID: clientID, audience: metadata.issuer, keyID: keyID)
        do {
            let assertion = try template.sign(with: key, algorithm: algorithm, at: now)
            return TokenRequest(
                endpoint: metadata.tokenEndpoint, assertion: assertion, scope: scope, resources: resources)
        } catch {
            throw .signing(error)
        }
    }

    /// Sends a request, once: its assertion cannot be used again.
    public func send(_ request: TokenRequest) async throws(TokenClientError) -> TokenResponse {
        let response = try await connection.post(request.form, to: request.endpoint)
        return try TokenResponse(response, from: request.endpoint.text)
    }

    /// Fetches the metadata, signs an assertion and fetches a token.
    ///
    /// - Parameters:
    ///   - scope: the scope, separated by spaces; `nil` for the whole registered scope.
    ///   - resources: the URIs of the resources that the token is for (RFC 8707 §2); empty for the server's default audience. A server
    ///     without registered resources ignores them: before a token is sent to one API, compare its `aud`.
    public func fetchToken(
        scope: String? = nil, resources: [String] = []
    ) async throws(TokenClientError) -> TokenResponse {
        try await send(try request(scope: scope, resources: resources, to: try await metadata()))
    }
}
