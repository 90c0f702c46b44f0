import Fetching

/// Client metadata (RFC 7591 §2): parsed from what a client states about itself, and rendered as JSON.
///
/// Parsing grants nothing: members that the operator decides (`enabled`, `audience_profile` and the like) are rendered but never read.
package struct ClientMetadata: Sendable {
    /// The client; its scopes are those that it asks for.
    package var record: ClientRecord
    /// The keys of `jwks`; `nil` if they are not part of the metadata.
    package let keys: [JWK]?

    package init(_ record: ClientRecord, keys: [JWK]? = nil) {
        self.record = record
        self.keys = keys
    }

    /// Parses metadata, and refuses secrets and symmetric keys.
    ///
    /// - Throws: the first fault.
    init(
        parsing object: JSONObject, of id: ClientID, by rules: MetadataRules, at now: UnixTime
    ) throws(MetadataFault) {
        for member in ["client_secret", "client_secret_expires_at"] where object[member] != nil {
            throw MetadataFault(member, rules.secretPhrase(member))
        }
        var record = ClientRecord(id: id, name: Self.name(object), createdAt: now)
        record.authenticationMethod = try Self.method(object, rules)
        let grants = try Self.texts("grant_types", object) ?? ["authorization_code"]
        record.grants = grants.compactMap { GrantType(rawValue: $0.text) }
        record.signIn = try Self.signIn(object, rules)
        if grants.contains("authorization_code"), record.signIn.redirectURIs.isEmpty {
            throw Self.withoutRedirectURI(try Self.texts("redirect_uris", object)?.first)
        }
        record.scopes = try Self.scopes(object)
        if let value = object["token_endpoint_auth_signing_alg"] {
            guard case .string(let name) = value, let algorithm = SignatureAlgorithm(name: name) else {
                throw MetadataFault(
                    "token_endpoint_auth_signing_alg", "token_endpoint_auth_signing_alg is not an accepted algorithm")
            }
            record.options.signingAlgorithm = algorithm
        }
        switch record.authenticationMethod {
        case .clientSecretBasic, .clientSecretPost, .none: keys = []
        case .privateKeyJWT:
            switch (object["jwks"], object["jwks_uri"]) {
            case (.some, .some): throw MetadataFault("jwks_uri", "it has both jwks and jwks_uri")
            case (nil, nil): throw MetadataFault("jwks", "it has neither jwks nor jwks_uri")
            case (.object(let set)?, nil): keys = try Self.keys(set)
            case (nil, .string(let url)?):
                guard (try? RemoteURL(url.text, allowsHTTPOnLoopback: rules.allowsHTTPOnLoopback)) != nil else {
                    throw MetadataFault("jwks_uri", "jwks_uri cannot be used")
                }
                keys = nil
                record.keySetURL = url.text
            case (.some, nil), (nil, .some):
                throw MetadataFault("jwks", "jwks or jwks_uri is of the wrong type")
            }
        }
        self.record = record
    }

    /// draft-ietf-oauth-client-id-metadata-document §4.1: no shared secrets. RFC 7591 §2: the default is `client_secret_basic`, which a
    /// registration may replace (§3.2.1).
    private static func method(
        _ object: JSONObject, _ rules: MetadataRules
    ) throws(MetadataFault) -> AuthenticationMethod {
        let member = "token_endpoint_auth_method"
        if !rules.isForManyServers, object[member] == nil {
            return object["jwks"] == nil && object["jwks_uri"] == nil ? .none : .privateKeyJWT
        }
        guard let name = object.string(member) else {
            throw MetadataFault(member, "it has no token_endpoint_auth_method; private_key_jwt is accepted here")
        }
        guard let method = AuthenticationMethod(rawValue: name.text), !method.usesSecret else {
            let remedy = rules.isForManyServers ? "" : "; use it with jwks or jwks_uri, or none for a public client"
            throw MetadataFault(member, "its token_endpoint_auth_method is not private_key_jwt\(remedy)")
        }
        return method
    }

    private static func keys(_ set: JSONObject) throws(MetadataFault) -> [JWK] {
        guard let parsed = try? JWKSet(parsingPublished: set.rendered()) else {
            throw MetadataFault("jwks", "jwks is not a valid JWK Set")
        }
        guard !parsed.keys.isEmpty else {
            let reason = parsed.refused.first.map { ": \($0.reason.phrase)" } ?? ""
            throw MetadataFault("jwks", "jwks has no usable key\(reason)")
        }
        return parsed.keys
    }

    private static func scopes(_ object: JSONObject) throws(MetadataFault) -> [String] {
        guard object["scope"] != nil else { return [] }
        guard let scope = object.string("scope").flatMap({ Scope(parsing: $0.text) }) else {
            throw MetadataFault("scope", "scope is not valid (RFC 6749 section 3.3)")
        }
        return scope.tokens
    }

    /// Reads how people sign in. Patterns of redirect URIs are for operators alone.
    private static func signIn(_ object: JSONObject, _ rules: MetadataRules) throws(MetadataFault) -> SignInOptions {
        let own = object.members.filter { !rules.leavesOut($0.name.text, $0.value) }
        var options: SignInOptions
        do {
            options = try SignInOptions(json: JSONObject(own.map { ($0.name.text, $0.value) }))
        } catch {
            throw MetadataFault(error.member, "it has \(error.problem)")
        }
        guard rules.isForManyServers else {
            for (member, uris) in [
                ("redirect_uris", options.redirectURIs), ("post_logout_redirect_uris", options.postLogoutRedirectURIs),
            ] where uris.contains(where: RedirectURI.isPattern) {
                throw MetadataFault(member, "\(member) has a pattern; list each URI")
            }
            return options
        }
        for uris in [\SignInOptions.redirectURIs, \.postLogoutRedirectURIs] {
            options[keyPath: uris].removeAll { RedirectURI.isPattern($0) || RedirectURI.fault(in: $0) != nil }
        }
        for url in [\SignInOptions.website, \.logo, \.privacyPolicy, \.termsOfService] {
            if options[keyPath: url].map(SignInRules.isWebURL) == false { options[keyPath: url] = nil }
        }
        return options
    }

    private static func withoutRedirectURI(_ unusable: ExactString?) -> MetadataFault {
        let member = "redirect_uris"
        guard let unusable else {
            return MetadataFault(member, "it has no redirect_uris, which the grant authorization_code needs")
        }
        let problem = RedirectURI.isPattern(unusable.text) ? nil : RedirectURI.fault(in: unusable.text)
        return MetadataFault(member, "none of its redirect_uris can be used\(problem.map { ": " + $0 } ?? "")")
    }

    private static func texts(_ name: String, _ object: JSONObject) throws(MetadataFault) -> [ExactString]? {
        guard let value = object[name] else { return nil }
        guard case .array(let elements) = value, elements.count <= 64 else {
            throw MetadataFault(name, "\(name) is not an array of at most 64 strings")
        }
        let texts: [ExactString] = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
        guard texts.count == elements.count else {
            throw MetadataFault(name, "\(name) has a value that is not a string")
        }
        return texts
    }

    private static func name(_ object: JSONObject) -> String {
        let name = object.string("client_name")?.text ?? ""
        return String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.value >= 0x20 }.prefix(100)))
    }
}

extension ClientMetadata {
    /// Uses the member names of RFC 7591 §2 where they exist. Values that follow the server's settings are `null`.
    package var json: JSONObject {
        let options = record.options
        var object: JSONObject = [
            "client_id": .string(record.id.value), "client_name": .string(record.name),
            "description": .string(record.description) ?? .null, "enabled": .boolean(record.isEnabled),
            "grant_types": .array(record.grants.map(\.rawValue)),
            "scope": .string(record.scopes.joined(separator: " ")),
            "token_endpoint_auth_method": .string(record.authenticationMethod.rawValue),
            "token_endpoint_auth_signing_alg": .string(options.signingAlgorithm?.name) ?? .null,
            "audience_profile": .string(options.audienceProfile?.rawValue) ?? .null,
            "token_endpoint_allow_reuse_pvt_key_jwt": .boolean(options.allowsReuse) ?? .null,
            "jwks_uri": .string(record.keySetURL) ?? .null,
            "certificate_validity": .string(options.certificateValidity?.rawValue) ?? .null,
            "require_explicit_typing": .boolean(options.requiresExplicitTyping),
            "access_token_format": .string(record.accessTokenFormat.rawValue),
            "access_token_lifetime": record.accessTokenLifetime.map { .number(Double($0.milliseconds) / 1000) }
                ?? .null,
            "created_at": .string(record.createdAt.text), "updated_at": .string(record.updatedAt.text),
            "jwks": .object(keys.map { ["keys": .array($0.map(\.object))] }),
        ]
        for member in record.signIn.json.members { object.set(member.name.text, member.value) }
        return object
    }
}
