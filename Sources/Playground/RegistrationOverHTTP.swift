import CountersignClient

/// A client that the playground registers over HTTP (RFC 7591) and removes at its end (RFC 7592).
package struct RegistrationOverHTTP: Sendable {
    package let client: PlaygroundClient
    /// The scopes that the server registered, separated by spaces; `nil` if it did not say.
    package let scope: String?
    /// `registration_client_uri` and `registration_access_token`.
    private let management: (address: ServerAddress, token: String)?

    /// The metadata of the client (RFC 7591 §2). It is native, because only such clients may return to plain HTTP on loopback (OpenID
    /// Connect Registration §2).
    private static func metadata(_ key: SigningKey, _ origin: LoopbackOrigin, scope: String) -> JSONObject {
        let jwk = JWK(key: key.verificationKey, algorithm: key.defaultAlgorithm, use: "sig")
        return [
            "client_name": "Countersign playground", "application_type": "native",
            "redirect_uris": .array([origin.redirectURI]), "post_logout_redirect_uris": .array([origin.signedOutURI]),
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "scope": .string(scope),
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": .string(key.defaultAlgorithm.name),
            "jwks": .object(["keys": .array([jwk.object])]),
        ]
    }

    /// Registers a client with a new key.
    ///
    /// - Parameters:
    ///   - token: the initial access token, if the server asks for one.
    /// - Throws: `TokenClientError.refused` if the server does not allow it.
    package static func register(
        at endpoint: ServerAddress, for origin: LoopbackOrigin, scope: String, token: String?, _ connection: Connection
    ) async throws(TokenClientError) -> RegistrationOverHTTP {
        let key: SigningKey
        do {
            key = try SigningKey.generate(.es256)
        } catch {
            throw .signing(error)
        }
        var headers: [(name: String, value: String)] = [("Content-Type", "application/json")]
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        let body = metadata(key, origin, scope: scope).render()
        let response = try await connection.send(
            Connection.Request("POST", endpoint, headers: headers, body: body))
        let answer = Answer(response)
        guard response.status == 201 || response.status == 200 else {
            guard let error = answer.text("error") else {
                throw .response(url: endpoint.text, status: response.status, detail: "the body has no error member")
            }
            throw .refused(
                TokenClientError.Refusal(
                    status: response.status, error: error, description: answer.text("error_description"),
                    uri: answer.text("error_uri"), reference: answer.text("reference")))
        }
        guard let id = answer.text("client_id") else {
            throw .response(url: endpoint.text, status: response.status, detail: "the body lacks client_id")
        }
        var management: (address: ServerAddress, token: String)?
        if let uri = answer.text("registration_client_uri"), let token = answer.text("registration_access_token") {
            management = (try ServerAddress(uri), token)
        }
        return RegistrationOverHTTP(
            client: PlaygroundClient(id: ClientID(id), key: key, registration: .overHTTP), scope: answer.text("scope"),
            management: management)
    }

    /// Removes the client from the server (RFC 7592 §2.3).
    ///
    /// - Returns: `false` if it stays there.
    package func remove(_ connection: Connection) async -> Bool {
        guard let management else { return false }
        let headers = [(name: "Authorization", value: "Bearer \(management.token)")]
        let request = Connection.Request("DELETE", management.address, headers: headers)
        return (try? await connection.send(request))?.status == 204
    }
}
