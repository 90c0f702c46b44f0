import Countersign
import CountersignJOSE
import CountersignStore

/// `POST /oauth2/token` (RFC 6749 §3.2): a client proves itself and gets an access token.
public struct TokenEndpoint<Guard: ReplayGuard>: Endpoint {
    let authenticator: ClientAuthenticator<ClientResolver, Guard>
    let clients: ClientResolver
    let tokens: AccessTokenIssuer
    /// The endpoint's own URL, an accepted audience.
    let url: ExactString
    let issuer: String
    let clock: @Sendable () -> UnixTime

    /// - Parameter clock: tells the time of each request.
    public init(
        authenticator: ClientAuthenticator<ClientResolver, Guard>, clients: ClientResolver, tokens: AccessTokenIssuer,
        url: ExactString, issuer: String, clock: @escaping @Sendable () -> UnixTime
    ) {
        self.authenticator = authenticator
        self.clients = clients
        self.tokens = tokens
        self.url = url
        self.issuer = issuer
        self.clock = clock
    }

    /// The methods this endpoint answers.
    public var methods: [String] { ["POST"] }

    /// Answers one request.
    public func respond(to request: EndpointRequest) async -> EndpointResponse {
        do {
            return try await token(for: request)
        } catch {
            return error.response(issuer: issuer)
        }
    }

    /// What needs no secret is looked at first, so that a slip in the request does not use up an assertion.
    private func token(for request: EndpointRequest) async throws(OAuthError) -> EndpointResponse {
        let now = clock()
        let form = try FormRequest.parse(request)
        guard let grantType = form.text("grant_type") else {
            throw OAuthError(.invalidRequest, "The parameter grant_type is missing.")
        }
        guard let grant = GrantType(rawValue: grantType) else {
            let supported = GrantType.allCases.map(\.rawValue).joined(separator: ", ")
            throw OAuthError(.unsupportedGrantType, "Supported here: \(supported).")
        }
        var requested: Scope?
        if let text = form.text("scope") {
            guard let scope = Scope(parsing: text) else {
                throw OAuthError(.invalidScope, "scope holds a character that RFC 6749 section 3.3 does not allow.")
            }
            requested = scope
        }
        let proof = try await authenticator.authenticate(form, of: request, at: url, now: now)
        let client = try await record(of: proof.client.id)
        guard client.grants.contains(grant) else {
            throw OAuthError(.unauthorizedClient, "The client is not registered for the grant \(grant.rawValue).")
        }
        switch grant {
        case .clientCredentials: return try clientCredentials(client, provenWith: proof.key, requested, at: now)
        }
    }

    /// RFC 6749 §4.4.
    private func clientCredentials(
        _ client: ClientRecord, provenWith key: ClientKey, _ requested: Scope?, at now: UnixTime
    ) throws(OAuthError) -> EndpointResponse {
        guard let scope = Scope.granted(requested: requested, registered: client.scopes) else {
            throw OAuthError(
                .invalidScope, "The client is registered for: \(client.scopes.joined(separator: " ")).")
        }
        let issued = try tokens.issue(to: client, provenWith: key, .clientCredentials, scope: scope, at: now)
        var members: [(String, JSONValue)] = [
            ("access_token", .string(ExactString(issued.token))), ("token_type", .string("Bearer")),
            ("expires_in", .number(JSONNumber(issued.lifetime.milliseconds / 1000))),
        ]
        if !scope.tokens.isEmpty { members.append(("scope", .string(ExactString(scope.description)))) }
        return .json(JSONObject(members), headers: [.noStore, .init("Pragma", "no-cache")])
    }

    private func record(of id: ClientID) async throws(OAuthError) -> ClientRecord {
        do {
            if let record = try await clients.record(id) { return record }
        } catch {
            throw OAuthError(.temporarilyUnavailable, "The server's store does not answer. Try again in a moment.")
        }
        throw OAuthError(.invalidClient, "The client was removed while its request was on the way.")
    }
}
