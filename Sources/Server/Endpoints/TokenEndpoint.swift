/// `POST /oauth2/token` (RFC 6749 §3.2): a client authenticates and gets tokens.
struct TokenEndpoint: Endpoint {
    let authenticator: ClientAuthenticator
    let services: TokenServices
    let issuer: String
    let audiences: AcceptedAudiences
    let registrationUses: RegistrationUses
    let runtime: Runtime

    var errorPages: String? { issuer }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        do {
            return try await token(for: request)
        } catch {
            return error.response(issuer: issuer)
        }
    }

    /// Checks first what needs no client, so that an invalid request does not consume the assertion.
    private func token(for request: EndpointRequest) async throws(OAuthError) -> EndpointResponse {
        let now = runtime.clock()
        let form = try Form(of: request)
        let type = try Self.grantType(form, request)
        let grant = try type.request.init(form)
        let client = try await authenticator.authenticate(
            form, of: request, for: audiences, allowsPublicClients: type.allowsPublicClients, at: now)
        guard client.record.grants.contains(type) else {
            throw OAuthError(
                .unauthorizedClient,
                "The client is not registered for the grant \(type.rawValue). Ask the server's operator to add it.")
        }
        let tokens = try await grant.tokens(for: client, from: services, at: now)
        registrationUses.recordToken(for: client.attached, at: now)
        runtime.report(.tokenIssued(type))
        return tokens.response
    }

    private static func grantType(_ form: Form, _ request: EndpointRequest) throws(OAuthError) -> GrantType {
        guard let name = form.text("grant_type") else {
            let isInQuery = request.query.flatMap { try? Form(parsing: $0.utf8) }?.bytes("grant_type") != nil
            throw OAuthError(
                .invalidRequest,
                isInQuery
                    ? "The parameter grant_type was sent in the query string. Send it in the request body."
                    : "The parameter grant_type is missing in the request body. Send grant_type=\(intended(form).rawValue)."
            )
        }
        guard let type = GrantType(rawValue: name) else {
            let names = GrantType.allCases.map(\.rawValue)
            let supported = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
            let hint =
                name.hasSuffix("jwt-bearer")
                ? " Send grant_type=client_credentials; the JWT that authenticates the client belongs in client_assertion and "
                    + "\(SentCredentials.typeParameter)."
                : " A client gets a token for itself with client_credentials; people sign in with authorization_code."
            throw OAuthError(
                .unsupportedGrantType,
                "grant_type: expected \(supported); found \(SentCredentials.quoted(name)).\(hint)")
        }
        return type
    }

    /// The grant that a request without `grant_type` seems to be of.
    private static func intended(_ form: Form) -> GrantType {
        if form.bytes("code") != nil { return .authorizationCode }
        return form.bytes("refresh_token") != nil ? .refreshToken : .clientCredentials
    }
}
