import Countersign
import CountersignJOSE
import CountersignStore

extension ClientRecord {
    /// The registration in the names of RFC 7591 §2, where it has one. What follows the server is `null`.
    var json: JSONObject {
        func text(_ value: String?) -> JSONValue { value.map { .string(ExactString($0)) } ?? .null }
        return JSONObject([
            ("client_id", .string(id.value)), ("client_name", text(name)), ("description", text(description)),
            ("enabled", .boolean(isEnabled)), ("grant_types", .array(grants.map { text($0.rawValue) })),
            ("scope", text(scopes.joined(separator: " "))),
            ("token_endpoint_auth_method", text(authenticationMethod.rawValue)),
            ("token_endpoint_auth_signing_alg", text(signingAlgorithm?.name)),
            ("audience_profile", text(audienceProfile?.rawValue)),
            ("token_endpoint_allow_reuse_pvt_key_jwt", allowsReuse.map { .boolean($0) } ?? .null),
            ("require_explicit_typing", .boolean(requiresExplicitTyping)),
            ("access_token_format", text(accessTokenFormat.rawValue)),
            (
                "access_token_lifetime",
                accessTokenLifetime.map { .number(JSONNumber($0.milliseconds / 1000)) } ?? .null
            ),
            ("created_at", text(createdAt.text)), ("updated_at", text(updatedAt.text)),
        ])
    }
}

extension ClientRegistration {
    /// The client with its keys.
    var json: JSONObject {
        var object = client.json
        object.set("jwks", .object(JSONObject([("keys", .array(keys.map { .object($0.jwk.object) }))])))
        object.set("keys", .array(keys.map { .object($0.json) }))
        return object
    }
}

extension KeyRecord {
    /// What is known of a key beside the JWK itself.
    fileprivate var json: JSONObject {
        var object = JSONObject([
            ("type", .string(ExactString(jwk.key.type.description))),
            ("bits", .number(JSONNumber(Int64(jwk.key.sizeInBits)))),
            ("kid", jwk.keyID.map { .string($0) } ?? .null), ("thumbprint", .string(ExactString(jwk.thumbprint))),
            ("added_at", .string(ExactString(addedAt.text))),
        ])
        guard let facts = certificate?.facts else { return object }
        object.set(
            "certificate",
            .object(
                JSONObject([
                    ("subject", .string(ExactString(facts.subject))),
                    ("not_before", .string(ExactString(facts.notBefore.text))),
                    ("not_after", .string(ExactString(facts.notAfter.text))), ("x5t", .string(facts.thumbprintSHA1)),
                    ("x5t#S256", .string(facts.thumbprintSHA256)),
                ])))
        return object
    }
}
