import Administration
import Countersign
import CountersignJOSE
import Store

extension ClientRecord {
    /// The registration in the names of RFC 7591 §2, where it has one. What follows the server is `null`.
    var json: JSONObject {
        return [
            "client_id": .string(id.value), "client_name": .string(name) ?? .null,
            "description": .string(description) ?? .null,
            "enabled": .boolean(isEnabled), "grant_types": .array(grants.map(\.rawValue)),
            "scope": .string(scopes.joined(separator: " ")),
            "token_endpoint_auth_method": .string(authenticationMethod.rawValue),
            "token_endpoint_auth_signing_alg": .string(options.signingAlgorithm?.name) ?? .null,
            "audience_profile": .string(options.audienceProfile?.rawValue) ?? .null,
            "token_endpoint_allow_reuse_pvt_key_jwt": .boolean(options.allowsReuse) ?? .null,
            "jwks_uri": .string(keySetURL) ?? .null,
            "certificate_validity": .string(options.certificateValidity?.rawValue) ?? .null,
            "require_explicit_typing": .boolean(options.requiresExplicitTyping),
            "access_token_format": .string(accessTokenFormat.rawValue),
            "access_token_lifetime": accessTokenLifetime.map { .number($0.milliseconds / 1000) } ?? .null,
            "created_at": .string(createdAt.text), "updated_at": .string(updatedAt.text),
        ]
    }
}

extension ClientDetails {
    /// The client with its keys, and where those in force come from.
    var json: JSONObject {
        let keys = registration.keys
        var object = client.json
        object.set("jwks", .object(["keys": .array(keys.map(\.jwk.object))]))
        object.set("keys", .array(keys.map { .object(json(of: $0)) }))
        object.set("key_source", .string(registration.keySource.name))
        object.set("key_set", keySet.map { .object(json(of: $0)) } ?? .null)
        object.set("keystore_entry", registration.keyStoreEntry.map { .object(json(of: $0)) } ?? .null)
        object.set("not_in_force", .array(overridden))
        return object
    }

    /// What is known of a key beside the JWK itself.
    private func json(of key: KeyRecord) -> JSONObject {
        var object = json(of: key.jwk)
        for member in key.status.json.members { object.set(member.name.text, member.value) }
        object.set("added_at", .string(key.addedAt.text))
        if let facts = key.certificate?.facts { object.set("certificate", .object(facts.json)) }
        return object
    }

    /// The same of a key wherever it comes from.
    func json(of jwk: JWK) -> JSONObject {
        [
            "type": .string(jwk.key.type.description),
            "bits": .number(Int64(jwk.key.sizeInBits)), "algorithms": jwk.algorithmNames,
            "kid": .string(jwk.keyID) ?? .null, "thumbprint": .string(jwk.thumbprint),
            "last_used_at": .string(uses[jwk.thumbprint]?.text) ?? .null,
        ]
    }

    private func json(of entry: KeyStoreEntry) -> JSONObject {
        var object = json(of: entry.jwk)
        object.set("alias", .string(entry.alias))
        object.set("added_at", .string(entry.addedAt.text))
        object.set("certificate", .object(entry.certificate.facts.json))
        return object
    }

    private func json(of record: RemoteKeySetRecord) -> JSONObject {
        return [
            "url": .string(record.url), "fetched_at": .string(record.fetchedAt?.text) ?? .null,
            "fresh_until": .string(record.expiresAt?.text) ?? .null, "attempted_at": .string(record.attemptedAt.text),
            "failures": .number(record.failures), "problem": .string(record.problem) ?? .null,
            "keys": .array((readKeySet?.keys ?? []).map { .object(json(of: $0)) }),
            "refused": .array(
                (readKeySet?.refused ?? []).map { refused in
                    .object(
                        [
                            "index": .number(refused.index),
                            "kid": .string(refused.keyID) ?? .null,
                            "reason": .string(refused.reason.phrase),
                        ])
                }),
        ]
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
        case .active: ["status": "active"]
        case .retiring(let end): ["status": "retiring", "retires_at": .string(end.text)]
        case .revoked(let since): ["status": "revoked", "revoked_at": .string(since.text)]
        }
    }
}
