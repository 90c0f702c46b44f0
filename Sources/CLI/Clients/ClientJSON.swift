import Administration
import Countersign
import CountersignJOSE
import Store

extension ClientRecord {
    /// The registration in the names of RFC 7591 §2, where it has one. What follows the server is `null`.
    var json: JSONObject {
        func text(_ value: String?) -> JSONValue { value.map { .string(ExactString($0)) } ?? .null }
        return JSONObject([
            ("client_id", .string(id.value)), ("client_name", text(name)), ("description", text(description)),
            ("enabled", .boolean(isEnabled)), ("grant_types", .array(grants.map { text($0.rawValue) })),
            ("scope", text(scopes.joined(separator: " "))),
            ("token_endpoint_auth_method", text(authenticationMethod.rawValue)),
            ("token_endpoint_auth_signing_alg", text(options.signingAlgorithm?.name)),
            ("audience_profile", text(options.audienceProfile?.rawValue)),
            ("token_endpoint_allow_reuse_pvt_key_jwt", options.allowsReuse.map { .boolean($0) } ?? .null),
            ("jwks_uri", text(keySetURL)), ("certificate_validity", text(options.certificateValidity?.rawValue)),
            ("require_explicit_typing", .boolean(options.requiresExplicitTyping)),
            ("access_token_format", text(accessTokenFormat.rawValue)),
            (
                "access_token_lifetime",
                accessTokenLifetime.map { .number(JSONNumber($0.milliseconds / 1000)) } ?? .null
            ),
            ("created_at", text(createdAt.text)), ("updated_at", text(updatedAt.text)),
        ])
    }
}

extension ClientDetails {
    /// The client with its keys, and where those in force come from.
    var json: JSONObject {
        let keys = registration.keys
        var object = client.json
        object.set("jwks", .object(JSONObject([("keys", .array(keys.map { .object($0.jwk.object) }))])))
        object.set("keys", .array(keys.map { .object(json(of: $0)) }))
        object.set("key_source", .string(ExactString(registration.keySource.name)))
        object.set("key_set", keySet.map { .object(json(of: $0)) } ?? .null)
        object.set("keystore_entry", registration.keyStoreEntry.map { .object(json(of: $0)) } ?? .null)
        object.set("not_in_force", .array(overridden.map { .string(ExactString($0)) }))
        return object
    }

    /// What is known of a key beside the JWK itself.
    private func json(of key: KeyRecord) -> JSONObject {
        var object = json(of: key.jwk)
        for member in key.status.json.members { object.set(member.name.text, member.value) }
        object.set("added_at", .string(ExactString(key.addedAt.text)))
        if let facts = key.certificate?.facts { object.set("certificate", .object(facts.json)) }
        return object
    }

    /// The same of a key wherever it comes from.
    func json(of jwk: JWK) -> JSONObject {
        JSONObject([
            ("type", .string(ExactString(jwk.key.type.description))),
            ("bits", .number(JSONNumber(Int64(jwk.key.sizeInBits)))), ("algorithms", jwk.algorithmNames),
            ("kid", jwk.keyID.map { .string($0) } ?? .null), ("thumbprint", .string(ExactString(jwk.thumbprint))),
            ("last_used_at", uses[jwk.thumbprint].map { .string(ExactString($0.text)) } ?? .null),
        ])
    }

    private func json(of entry: KeyStoreEntry) -> JSONObject {
        var object = json(of: entry.jwk)
        object.set("alias", .string(entry.alias))
        object.set("added_at", .string(ExactString(entry.addedAt.text)))
        object.set("certificate", .object(entry.certificate.facts.json))
        return object
    }

    private func json(of record: RemoteKeySetRecord) -> JSONObject {
        func text(_ value: String?) -> JSONValue { value.map { .string(ExactString($0)) } ?? .null }
        return JSONObject([
            ("url", text(record.url)), ("fetched_at", text(record.fetchedAt?.text)),
            ("fresh_until", text(record.expiresAt?.text)), ("attempted_at", text(record.attemptedAt.text)),
            ("failures", .number(JSONNumber(record.failures))), ("problem", text(record.problem)),
            ("keys", .array((readKeySet?.keys ?? []).map { .object(json(of: $0)) })),
            (
                "refused",
                .array(
                    (readKeySet?.refused ?? []).map { refused in
                        .object(
                            JSONObject([
                                ("index", .number(JSONNumber(refused.index))),
                                ("kid", refused.keyID.map { .string($0) } ?? .null),
                                ("reason", text(refused.reason.explanation)),
                            ]))
                    })
            ),
        ])
    }
}

extension KeySource {
    /// For programs.
    fileprivate var name: String {
        switch self {
        case .own: "own"
        case .keySet: "jwks_uri"
        case .keyStore: "keystore"
        case .none: "none"
        }
    }
}

extension KeyAvailability {
    /// For programs.
    var json: JSONObject {
        switch self {
        case .active: JSONObject([("status", "active")])
        case .retiring(let end): JSONObject([("status", "retiring"), ("retires_at", .string(ExactString(end.text)))])
        case .revoked(let since): JSONObject([("status", "revoked"), ("revoked_at", .string(ExactString(since.text)))])
        }
    }
}
