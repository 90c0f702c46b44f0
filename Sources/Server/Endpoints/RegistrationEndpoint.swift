/// `POST /oauth2/register` (RFC 7591 §3): a client registers itself.
struct RegistrationEndpoint: Endpoint {
    let registrar: ClientRegistrar
    let audit: RefusalAudit
    let issuer: String

    var errorPages: String? { issuer }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = registrar.runtime.clock()
        do throws(OAuthError) {
            guard let allowance = try await allowance(of: request, at: now) else {
                return OAuthError(
                    .invalidToken,
                    "Registration needs an initial access token. Ask the server's operator for one, and send it in the header field "
                        + "Authorization: Bearer."
                ).bearerResponse(issuer: issuer, isAboutToken: false)
            }
            guard
                allowance.origin == .token || registrar.limits.admitRequest(from: request.remoteAddress, at: now)
            else { throw registrar.tooManyRegistrations }
            let metadata = try JSONObject(of: request)
            do throws(OAuthError) {
                let registered = try await registrar.register(
                    metadata, allowance, from: request.remoteAddress, at: now)
                return .json(registered, status: 201, headers: .noStore)
            } catch {
                throw audit.error(for: error, metadata, of: nil, request: request, at: now)
            }
        } catch {
            return error.registrationResponse(issuer: issuer)
        }
    }

    /// - Returns: what the caller may have; `nil` if it needs a token and has none.
    private func allowance(
        of request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> RegistrationAllowance? {
        guard let text = try BearerToken.sent(in: request, readsForm: false) else {
            return registrar.settings.mode == .open ? RegistrationAllowance(open: registrar.settings) : nil
        }
        guard let secret = IssuedSecret(text, .initialAccessToken) else { throw ClientRegistrar.endedToken }
        let token: InitialAccessToken?
        do {
            token = try await registrar.store.initialAccessTokens.token(secret.digest)
        } catch {
            throw registrar.runtime.unavailable(error)
        }
        guard let token, token.isUsable(at: now) else { throw ClientRegistrar.endedToken }
        return RegistrationAllowance(token, registrar.settings)
    }
}

extension OAuthError {
    /// Renders the response of the registration endpoints, which are protected by bearer tokens (RFC 6750 §3).
    func registrationResponse(issuer: String) -> EndpointResponse {
        code == .invalidToken ? bearerResponse(issuer: issuer) : response(issuer: issuer)
    }
}

extension JSONObject {
    /// Parses the body of a request that is one JSON object.
    ///
    /// - Throws: `OAuthError` `invalid_request` with the status 415 or 413; `invalid_client_metadata` if it is not valid JSON.
    init(of request: EndpointRequest) throws(OAuthError) {
        let type = request.headers["Content-Type"]?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        guard type == "application/json" else {
            throw OAuthError(
                .invalidRequest,
                "Content-Type: expected application/json; found \(type.map { SentCredentials.quoted($0) } ?? "none"). Send the metadata "
                    + "as a JSON object.",
                status: 415)
        }
        let body = try request.wholeBody()
        do {
            try self.init(document: body)
        } catch {
            throw OAuthError(.invalidClientMetadata, "The body is not a valid JSON object: \(error.phrase).")
        }
    }
}
