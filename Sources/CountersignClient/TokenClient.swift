import Countersign
import CountersignJOSE

/// A client that proves itself with its private key (RFC 7523 §2.2) and fetches access tokens.
///
/// ```swift
/// let connection = try Connection()
/// let client = TokenClient(issuer: "https://auth.example.com", clientID: "billing", key: key, connection: connection)
/// let token = try await client.fetchToken(scope: "invoices.read").accessToken
/// ```
///
/// Each call is a request of its own; `AccessTokens` keeps tokens for as long as they live.
public struct TokenClient: Sendable {
    /// The authorization server's issuer identifier, exactly as its metadata has it.
    public let issuer: String
    /// The client identifier: `iss` and `sub` of assertions.
    public let clientID: ClientID
    /// Signs the assertions.
    public let key: SigningKey
    /// `nil` takes the key's own.
    public let algorithm: SignatureAlgorithm?
    /// The `kid` under which the key is registered, if it has one.
    public let keyID: ExactString?
    let connection: Connection

    /// A client; nothing is sent yet.
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

    /// Reads the issuer's metadata: at RFC 8414's place, then at OpenID Connect's.
    ///
    /// - Throws: `TokenClientError`; `.otherIssuer` where the document speaks for another issuer.
    public func metadata() async throws(TokenClientError) -> ServerMetadata {
        var tried: [TokenClientError.Attempt] = []
        for location in try ServerMetadata.locations(of: try ServerAddress(issuer)) {
            let answer = try await connection.get(location)
            guard answer.status == 200 else {
                tried.append(TokenClientError.Attempt(url: location.text, status: answer.status))
                continue
            }
            return try ServerMetadata(answer.body, from: location.text, of: issuer)
        }
        throw .noMetadata(issuer: issuer, tried: tried)
    }

    /// Signs a fresh assertion and puts it into a request.
    ///
    /// - Parameters:
    ///   - scope: divided by spaces; `nil` asks for all that is registered.
    ///   - now: `iat` of the assertion; it expires a minute later.
    /// - Throws: `TokenClientError.signing` where the key does not fit the algorithm.
    public func request(
        scope: String? = nil, to metadata: ServerMetadata, at now: UnixTime = .now
    ) throws(TokenClientError) -> TokenRequest {
        let template = AssertionTemplate(
            clientID: clientID, audience: metadata.issuer, keyID: keyID)
        do {
            let assertion = try template.sign(with: key, algorithm: algorithm, at: now)
            return TokenRequest(endpoint: metadata.tokenEndpoint, assertion: assertion, scope: scope)
        } catch {
            throw .signing(error)
        }
    }

    /// Sends a request, once.
    public func send(_ request: TokenRequest) async throws(TokenClientError) -> TokenResponse {
        let answer = try await connection.post(request.form, to: request.endpoint)
        return try TokenResponse(answer, from: request.endpoint.text)
    }

    /// All of it: metadata, assertion, token.
    public func fetchToken(scope: String? = nil) async throws(TokenClientError) -> TokenResponse {
        try await send(try request(scope: scope, to: try await metadata()))
    }
}
