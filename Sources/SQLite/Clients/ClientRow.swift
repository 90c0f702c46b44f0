import Countersign
import CountersignJOSE
import GRDB
import Store

/// A client as a row of the table `client`.
enum ClientRow {
    /// The columns that are written, in the order of `values`.
    static let columns = [
        "id", "name", "description", "is_enabled", "grants", "scopes", "authentication_method", "signing_algorithm",
        "audience_profile", "allows_reuse", "requires_explicit_typing", "access_token_format", "access_token_lifetime",
        "created_at", "updated_at", "certificate_validity", "key_set_url",
    ]

    static func values(_ client: ClientRecord) -> StatementArguments {
        let values: [(any DatabaseValueConvertible)?] = [
            client.id.text, client.name, client.description, client.isEnabled,
            client.grants.map(\.rawValue).joined(separator: " "), client.scopes.joined(separator: " "),
            client.authenticationMethod.rawValue, client.options.signingAlgorithm?.name,
            client.options.audienceProfile?.rawValue, client.options.allowsReuse,
            client.options.requiresExplicitTyping, client.accessTokenFormat.rawValue,
            client.accessTokenLifetime?.milliseconds, client.createdAt.milliseconds, client.updatedAt.milliseconds,
            client.options.certificateValidity?.rawValue, client.keySetURL,
        ]
        return StatementArguments(values)
    }

    static func client(_ row: Row) throws -> ClientRecord {
        let id: String = row["id"]
        let grants: String = row["grants"]
        let scopes: String = row["scopes"]
        let lifetime: Int64? = row["access_token_lifetime"]
        return ClientRecord(
            id: ClientID(id), name: row["name"], description: row["description"], isEnabled: row["is_enabled"],
            grants: try grants.split(separator: " ").map { try known(GrantType(rawValue: String($0)), "grants", id) },
            scopes: scopes.split(separator: " ").map(String.init),
            authenticationMethod: try known(
                AuthenticationMethod(rawValue: row["authentication_method"]), "authentication_method", id),
            options: ClientOptions(
                signingAlgorithm: try (row["signing_algorithm"] as String?).map {
                    try known(SignatureAlgorithm(name: ExactString($0)), "signing_algorithm", id)
                },
                audienceProfile: try (row["audience_profile"] as String?).map {
                    try known(AudienceProfile(rawValue: $0), "audience_profile", id)
                },
                allowsReuse: row["allows_reuse"], requiresExplicitTyping: row["requires_explicit_typing"],
                certificateValidity: try (row["certificate_validity"] as String?).map {
                    try known(AssertionPolicy.CertificateValidity(rawValue: $0), "certificate_validity", id)
                }), keySetURL: row["key_set_url"],
            accessTokenFormat: try known(
                AccessTokenFormat(rawValue: row["access_token_format"]), "access_token_format", id),
            accessTokenLifetime: lifetime.map { .milliseconds($0) },
            createdAt: UnixTime(milliseconds: row["created_at"]), updatedAt: UnixTime(milliseconds: row["updated_at"]))
    }

    /// A value that this version does not know is not guessed at.
    private static func known<Value>(_ value: Value?, _ column: String, _ id: String) throws(StoreError) -> Value {
        guard let value else { throw .corrupt("client '\(id)' has an unknown value in \(column)") }
        return value
    }
}
