/// The facts about a client in the change log, under the names that they have elsewhere (RFC 7591 §2). A member that is not set is missing.
extension ClientRegistration {
    package var facts: JSONObject {
        var facts = client.facts
        facts.set("keys", .object(JSONObject(keys.map { ("\($0.number ?? 0)", .object($0.facts)) })))
        if let dynamic {
            facts.set(
                "registered_itself",
                .object([
                    "by": .string(dynamic.origin.rawValue), "registration_token": .string(dynamic.initialAccessToken),
                    "registered_at": .time(dynamic.registeredAt),
                ]))
        }
        return facts
    }
}

extension ClientRecord {
    fileprivate var facts: JSONObject {
        var facts: JSONObject = [
            "client_name": .string(name), "description": .string(description), "enabled": .boolean(isEnabled),
            "grant_types": .array(grants.map(\.rawValue)), "scope": .array(scopes),
            "token_endpoint_auth_method": .string(authenticationMethod.rawValue),
            "token_endpoint_auth_signing_alg": .string(options.signingAlgorithm?.name),
            "audience_profile": .string(options.audienceProfile?.rawValue),
            "token_endpoint_allow_reuse_pvt_key_jwt": .boolean(options.allowsReuse),
            "require_explicit_typing": .boolean(options.requiresExplicitTyping),
            "certificate_validity": .string(options.certificateValidity?.rawValue), "jwks_uri": .string(keySetURL),
            "access_token_format": .string(accessTokenFormat.rawValue),
            "access_token_lifetime": accessTokenLifetime.map { .number(Double($0.milliseconds) / 1000) },
        ]
        for member in signIn.json.members { facts.set(member.name.text, member.value) }
        facts.set(
            "secrets",
            .object(
                JSONObject(
                    secrets.map { secret in
                        (
                            secret.name,
                            .object([
                                "created_at": .time(secret.createdAt),
                                "expires_at": secret.expiresAt.map { .time($0) },
                            ])
                        )
                    })))
        facts.set("created_at", .time(createdAt))
        return facts
    }

    /// Reads the facts about a client.
    ///
    /// - Parameter secrets: the client's, of which the facts contain only the names.
    /// - Returns: `nil` for facts that are not those of a client.
    package init?(facts: JSONObject, id: ClientID, secrets: [ClientSecretRecord] = [], updatedAt: UnixTime) {
        let read = FactReader(facts: facts)
        guard let name = read.text("client_name"), let description = read.text("description"),
            let isEnabled = read.flag("enabled"), let grants = read.values("grant_types", GrantType.self),
            let scopes = read.texts("scope"),
            let method = read.value("token_endpoint_auth_method", AuthenticationMethod.self),
            let requiresTyping = read.flag("require_explicit_typing"),
            let format = read.value("access_token_format", AccessTokenFormat.self),
            let createdAt = facts.time("created_at"), let signIn = try? SignInOptions(json: facts)
        else { return nil }
        self.init(
            id: id, name: name, description: description, isEnabled: isEnabled, grants: grants, scopes: scopes,
            authenticationMethod: method,
            options: ClientOptions(
                signingAlgorithm: facts.string("token_endpoint_auth_signing_alg").flatMap(
                    SignatureAlgorithm.init(name:)),
                audienceProfile: read.value("audience_profile", AudienceProfile.self),
                allowsReuse: read.flag("token_endpoint_allow_reuse_pvt_key_jwt"),
                requiresExplicitTyping: requiresTyping,
                certificateValidity: read.value("certificate_validity", AssertionPolicy.CertificateValidity.self)),
            keySetURL: read.text("jwks_uri"), accessTokenFormat: format,
            accessTokenLifetime: read.duration("access_token_lifetime"), signIn: signIn, secrets: secrets,
            createdAt: createdAt, updatedAt: updatedAt)
    }
}

/// The members of facts by type; `nil` for one that is missing or of another type.
struct FactReader {
    let facts: JSONObject

    func text(_ name: String) -> String? { facts.string(name)?.text }

    func flag(_ name: String) -> Bool? { if case .boolean(let flag)? = facts[name] { flag } else { nil } }

    func texts(_ name: String) -> [String]? {
        guard case .array(let elements)? = facts[name] else { return nil }
        let texts = elements.compactMap { if case .string(let text) = $0 { text.text } else { nil } }
        return texts.count == elements.count ? texts : nil
    }

    func value<Value: RawRepresentable<String>>(_ name: String, _ type: Value.Type) -> Value? {
        text(name).flatMap(Value.init(rawValue:))
    }

    func values<Value: RawRepresentable<String>>(_ name: String, _ type: Value.Type) -> [Value]? {
        guard let texts = texts(name) else { return nil }
        let values = texts.compactMap(Value.init(rawValue:))
        return values.count == texts.count ? values : nil
    }

    /// Reads a number of seconds.
    func duration(_ name: String) -> Duration? {
        guard case .number(let number)? = facts[name], number.double.magnitude < 1e12 else { return nil }
        return .milliseconds(Int64((number.double * 1000).rounded()))
    }
}
