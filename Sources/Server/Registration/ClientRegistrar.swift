/// Registers clients and changes their registrations at their own request (RFC 7591, RFC 7592).
struct ClientRegistrar: Sendable {
    let settings: RegistrationSettings
    let store: any Store
    let sectors: SectorIdentifier
    let limits: RegistrationLimits
    let urls: ServerURLs
    /// The signature algorithms of this server.
    let algorithms: [SignatureAlgorithm]
    let allowsHTTPOnLoopback: Bool
    let runtime: Runtime

    /// The store with a client as the one who makes changes.
    func store(of client: ClientID) -> any Store { store.acting(as: .client(client, through: .registration)) }

    /// Registers a client under a new identifier.
    ///
    /// - Returns: its registration, with the registration access token.
    /// - Throws: `OAuthError`: `invalid_client_metadata`, `invalid_redirect_uri`, or `temporarily_unavailable` at a limit.
    func register(
        _ metadata: JSONObject, _ allowance: RegistrationAllowance, from address: String?, at now: UnixTime
    ) async throws(OAuthError) -> JSONObject {
        let id = ClientID(Self.newID())
        let request = try parse(metadata, of: id, allowance, at: now)
        guard allowance.origin == .token || limits.admitRegistration(from: address, at: now) else {
            throw tooManyRegistrations
        }
        try await checkSector(request.record, allowance.origin, at: now)
        let token = IssuedSecret.generate(.registrationAccessToken)
        let lifetime = allowance.origin == .open ? settings.unprovenLifetime : settings.unusedLifetime
        let dynamic = DynamicRegistration(
            client: id, origin: allowance.origin, initialAccessToken: allowance.initialAccessToken,
            digest: token.digest, registeredAt: now, expiresAt: now + lifetime)
        let registration = ClientRegistration(
            client: request.record, keys: request.keys.map { KeyRecord(jwk: $0, addedAt: now) }, dynamic: dynamic)
        let outcome: RegistrationOutcome
        do {
            outcome = try await store(of: id).dynamicRegistrations.add(
                registration, dynamic, within: settings.openBounds)
        } catch {
            throw refusal(error)
        }
        switch outcome {
        case .added: break
        case .full:
            throw OAuthError(
                .temporarilyUnavailable,
                "No more clients can register themselves at the moment. Try again later, or ask the server's operator for an initial "
                    + "access token.",
                retryAfter: .seconds(3600))
        case .tokenEnded: throw Self.endedToken
        }
        runtime.report(.clientRegistered(id, allowance.origin, address: address))
        return response(registration, dynamic, token.text)
    }

    var tooManyRegistrations: OAuthError {
        OAuthError(
            .temporarilyUnavailable,
            "Too many clients were registered from this address. Try again later, or ask the server's operator for an initial "
                + "access token.",
            status: 429, retryAfter: limits.registrationWait)
    }

    func tooManyChanges(_ origin: DynamicRegistration.Origin) -> OAuthError {
        OAuthError(
            .temporarilyUnavailable, "This registration was changed too often. Try again later.", status: 429,
            retryAfter: limits.changeWait(origin))
    }

    static let endedToken = OAuthError(
        .invalidToken,
        "The initial access token is not one of this server, was used as often as allowed, was revoked, or has expired. Ask the "
            + "server's operator for a new one.")

    static let foreignToken = OAuthError(
        .invalidToken, "The registration access token is not that of a client with this URL.")

    /// The registration as its client sees it (RFC 7591 §3.2.1, RFC 7592 §3).
    func response(
        _ registration: ClientRegistration, _ dynamic: DynamicRegistration, _ token: String
    ) -> JSONObject {
        let client = registration.client
        let members = RegistrationAllowance(updating: client, dynamic.origin).signInMembers
        let now = runtime.clock()
        let keys = registration.keys.filter { $0.status.allowsUse(at: now) }.map(\.jwk.object)
        var object: JSONObject = [
            "client_id": .string(client.id.value), "client_id_issued_at": .number(dynamic.registeredAt.seconds),
            "registration_client_uri": .string(urls.registration(of: client.id)),
            "registration_access_token": .string(token), "client_name": .string(client.name),
            "token_endpoint_auth_method": .string(client.authenticationMethod.rawValue),
            "token_endpoint_auth_signing_alg": .string(client.options.signingAlgorithm?.name),
            "token_endpoint_allow_reuse_pvt_key_jwt": .boolean(client.options.allowsReuse),
            "grant_types": .array(client.grants.map(\.rawValue)),
            "response_types": client.grants.contains(.authorizationCode) ? ["code"] : [],
            "scope": client.scopes.isEmpty ? nil : .string(client.scopes.joined(separator: " ")),
            "jwks_uri": .string(client.keySetURL),
            "jwks": keys.isEmpty ? nil : .object(["keys": .array(keys)]),
            "subject_type": .string(client.signIn.subjectType.rawValue),
            "id_token_signed_response_alg": .string(
                client.signIn.idTokenAlgorithm?.name ?? IDTokens.defaultAlgorithm.name),
        ]
        for member in client.signIn.json.members where members.contains(member.name.text) {
            object.set(member.name.text, member.value)
        }
        return object
    }

    func parse(
        _ metadata: JSONObject, of id: ClientID, _ allowance: RegistrationAllowance, at now: UnixTime
    ) throws(OAuthError) -> RegistrationRequest {
        do {
            return try RegistrationRequest(
                metadata, of: id, allowance, algorithms: algorithms, allowsHTTPOnLoopback: allowsHTTPOnLoopback, at: now
            )
        } catch {
            throw Self.refused(error)
        }
    }

    func checkSector(
        _ client: ClientRecord, _ origin: DynamicRegistration.Origin, at now: UnixTime
    ) async throws(OAuthError) {
        do {
            try await sectors.check(client, origin, at: now)
        } catch {
            throw Self.refused(error)
        }
    }

    /// RFC 7591 §3.2.2.
    static func refused(_ fault: MetadataFault) -> OAuthError {
        OAuthError(
            fault.member == "redirect_uris" ? .invalidRedirectURI : .invalidClientMetadata,
            "The metadata is refused: \(fault.phrase).")
    }

    func refusal(_ error: StoreError) -> OAuthError {
        if case .invalid = error {
            return OAuthError(.invalidClientMetadata, "The metadata is refused: \(error.message)")
        }
        return runtime.unavailable(error)
    }

    /// 128 random bits in hexadecimal: no character has a meaning in a URL, a form or a command.
    private static func newID() -> String {
        RandomBytes.make(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
