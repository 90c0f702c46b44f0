import Countersign
import CountersignJOSE
import Store

/// `POST /oauth2/token` (RFC 6749 §3.2): a client proves itself and gets an access token.
package struct TokenEndpoint<Guard: ReplayGuard>: Endpoint {
    let authenticator: ClientAuthenticator<ClientResolver, Guard>
    let tokens: AccessTokenIssuer
    /// The endpoint's own URL, an accepted audience.
    let url: ExactString
    let issuer: String
    let runtime: Runtime

    package init(
        authenticator: ClientAuthenticator<ClientResolver, Guard>, tokens: AccessTokenIssuer, url: ExactString,
        issuer: String, _ runtime: Runtime
    ) {
        self.authenticator = authenticator
        self.tokens = tokens
        self.url = url
        self.issuer = issuer
        self.runtime = runtime
    }

    private static var headers: [EndpointResponse.Header] { [.noStore, .init("Pragma", "no-cache")] }

    /// The methods this endpoint answers.
    package var methods: [String] { ["POST"] }
    /// The issuer whose pages explain an error.
    package var pagesOfErrors: String? { issuer }

    /// Answers one request.
    package func respond(to request: EndpointRequest) async -> EndpointResponse {
        do {
            return try await token(for: request)
        } catch {
            return error.response(issuer: issuer)
        }
    }

    /// What needs no secret is looked at first, so that a slip in the request does not use up an assertion.
    private func token(for request: EndpointRequest) async throws(OAuthError) -> EndpointResponse {
        let now = runtime.clock()
        let form = try FormRequest.parse(request)
        guard let grantType = form.text("grant_type") else {
            let isInQuery = request.query.flatMap { try? Form(parsing: $0.utf8) }?.bytes("grant_type") != nil
            throw OAuthError(
                .invalidRequest,
                isInQuery
                    ? "The parameter grant_type was sent in the query string. Send it in the request body."
                    : "The parameter grant_type is missing in the request body. Send grant_type=client_credentials.")
        }
        guard let grant = GrantType(rawValue: grantType) else {
            throw OAuthError(.unsupportedGrantType, Self.unsupported(grantType))
        }
        var requested: Scope?
        if let text = form.text("scope") {
            guard let scope = Scope(parsing: text) else {
                throw OAuthError(
                    .invalidScope,
                    "scope: expected names in printable ASCII without quotation marks and backslashes, separated by spaces, of at "
                        + "most \(Scope.maximumLength) bytes; found \(SentCredentials.shown(text)).")
            }
            requested = scope
        }
        let client = try await authenticator.authenticate(form, of: request, at: url, now: now)
        guard client.record.grants.contains(grant) else {
            throw OAuthError(
                .unauthorizedClient,
                "The client is not registered for the grant \(grant.rawValue). Ask the server's operator to add it.")
        }
        switch grant {
        case .clientCredentials: return try clientCredentials(client, requested, at: now)
        }
    }

    private static func unsupported(_ grantType: String) -> String {
        let supported = GrantType.allCases.map(\.rawValue).joined(separator: " or ")
        let hint =
            grantType.hasSuffix("jwt-bearer")
            ? " Send grant_type=client_credentials; the JWT that authenticates the client belongs to client_assertion and "
                + "\(SentCredentials.typeParameter)."
            : " Send grant_type=client_credentials: tokens are issued to the client itself, not for a user."
        return "grant_type: expected \(supported); found \(SentCredentials.shown(grantType)).\(hint)"
    }

    /// RFC 6749 §4.4.
    private func clientCredentials(
        _ client: AuthenticatedClient, _ requested: Scope?, at now: UnixTime
    ) throws(OAuthError) -> EndpointResponse {
        let record = client.record
        guard let scope = Scope.granted(requested: requested, registered: record.scopes) else {
            let refused = Scope.refused(requested: requested, registered: record.scopes)
            throw OAuthError(.invalidScope, Scope.refusal(of: refused, registered: record.scopes))
        }
        let issued = try tokens.issue(
            to: record, provenWith: client.proof.key, .clientCredentials, scope: scope, at: now)
        runtime.report(.tokenIssued(client: record.id, grant: .clientCredentials, format: record.accessTokenFormat))
        // RFC 6749 §5.1.
        var response = JSONObjectWriter(capacity: issued.token.count + 256)
        response.member("access_token", utf8: issued.token)
        response.member("token_type", "Bearer")
        response.member("expires_in", issued.lifetime.milliseconds / 1000)
        if !scope.tokens.isEmpty { response.member("scope", scope.description) }
        return .json(response.finished(), headers: Self.headers)
    }
}
