/// `/oauth2/register/{client}` (RFC 7592): a client reads, replaces and ends its own registration.
struct ClientConfigurationEndpoint: Endpoint {
    let registrar: ClientRegistrar
    let audit: RefusalAudit
    let issuer: String

    static let parameter = "client"

    var errorPages: String? { issuer }

    /// What only the server decides (RFC 7592 §2.2).
    private static let ofServer = [
        "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at",
    ]

    /// A registration that the caller has proved to be its own.
    private struct Own {
        let registration: ClientRegistration
        let dynamic: DynamicRegistration
        /// Its registration access token.
        let token: String
    }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        do throws(OAuthError) {
            guard let token = try BearerToken.sent(in: request, readsForm: false) else {
                return OAuthError(
                    .invalidToken,
                    "The request has no registration access token. Send it in the header field Authorization: Bearer."
                ).bearerResponse(issuer: issuer, isAboutToken: false)
            }
            let own = try await own(request.parameters[Self.parameter] ?? "", token)
            switch request.method {
            case "PUT": return try await update(own, by: request)
            case "DELETE": return try await remove(own.registration.client.id)
            default:
                return .json(registrar.response(own.registration, own.dynamic, token), headers: .noStore)
            }
        } catch {
            return error.registrationResponse(issuer: issuer)
        }
    }

    /// The look-up is by the token alone, so that neither its result nor its time says which clients exist.
    private func own(_ id: String, _ token: String) async throws(OAuthError) -> Own {
        do throws(StoreError) {
            if let secret = IssuedSecret(token, .registrationAccessToken),
                let dynamic = try await registrar.store.dynamicRegistrations.registration(secret.digest),
                dynamic.client == ClientID(id),
                let registration = try await registrar.store.clients.registration(of: dynamic.client),
                // RFC 7592 §2.1. A disabled client cannot use its registration.
                registration.client.isEnabled
            {
                return Own(registration: registration, dynamic: dynamic, token: token)
            }
        } catch {
            throw registrar.runtime.unavailable(error)
        }
        throw ClientRegistrar.foreignToken
    }

    private func update(_ own: Own, by request: EndpointRequest) async throws(OAuthError) -> EndpointResponse {
        let (now, id) = (registrar.runtime.clock(), own.registration.client.id)
        guard registrar.limits.admitChangeRequest(of: own.dynamic, at: now) else {
            throw registrar.tooManyChanges(own.dynamic.origin)
        }
        let metadata = try JSONObject(of: request)
        do throws(OAuthError) {
            guard metadata.string("client_id") == id.value else {
                throw OAuthError(
                    .invalidClientMetadata, "The metadata is refused: client_id is not that of this client. Send it.")
            }
            if let member = Self.ofServer.first(where: { metadata[$0] != nil }) {
                throw OAuthError(
                    .invalidClientMetadata, "The metadata is refused: it has \(member), which only the server decides.")
            }
            let updated = try await registrar.update(
                own.registration, own.dynamic, metadata, own.token, at: now)
            return .json(updated, headers: .noStore)
        } catch {
            throw audit.error(for: error, metadata, of: id, request: request, at: now)
        }
    }

    /// RFC 7592 §2.3: everything of the client ends with it.
    private func remove(_ id: ClientID) async throws(OAuthError) -> EndpointResponse {
        do {
            try await registrar.store(of: id).clients.remove(id)
        } catch {
            throw registrar.runtime.unavailable(error)
        }
        registrar.runtime.report(.clientRemovedItself(id))
        return EndpointResponse(status: 204, headers: .noStore, contentType: "text/plain", body: [])
    }
}
