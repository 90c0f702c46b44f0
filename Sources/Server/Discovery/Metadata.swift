import CountersignJOSE
import Store

/// Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3): only what works is advertised.
package struct MetadataEndpoint: Endpoint {
    private let members: [(String, JSONValue)]
    private let scopes: SupportedScopes

    /// - Parameters:
    ///   - acceptsAssertions: whether `private_key_jwt` is switched on; without it no client can authenticate.
    ///   - acceptsClientURLs: whether clients may be URLs (draft-ietf-oauth-client-id-metadata-document §6).
    ///   - scopes: for `scopes_supported`.
    init(_ urls: ServerURLs, acceptsAssertions: Bool = true, acceptsClientURLs: Bool = false, scopes: SupportedScopes) {
        func strings(_ values: [String]) -> JSONValue { .array(values.map { .string(ExactString($0)) }) }
        var members: [(String, JSONValue)] = [
            ("issuer", .string(ExactString(urls.issuer))),
            // RFC 8414 §2 lets it be absent here, but the MCP SDKs and MSAL refuse metadata without it, whichever grant they use.
            ("authorization_endpoint", .string(ExactString(urls.authorization))),
            ("token_endpoint", .string(ExactString(urls.token))),
            ("jwks_uri", .string(ExactString(urls.keySet))),
            // Lists with nothing in them stand there all the same: absent ones mean defaults that do not work here.
            ("grant_types_supported", strings(acceptsAssertions ? GrantType.allCases.map(\.rawValue) : [])),
            ("response_types_supported", .array([])),
            ("token_endpoint_auth_methods_supported", strings(acceptsAssertions ? ["private_key_jwt"] : [])),
        ]
        if acceptsAssertions {
            members.append(
                (
                    "token_endpoint_auth_signing_alg_values_supported",
                    strings(SignatureAlgorithm.allCases.flatMap(\.names))
                ))
        }
        if acceptsClientURLs { members.append(("client_id_metadata_document_supported", .boolean(true))) }
        self.members = members
        self.scopes = scopes
    }

    /// The methods this endpoint answers.
    package var methods: [String] { ["GET", "HEAD"] }

    /// Answers one request.
    package func respond(to request: EndpointRequest) async -> EndpointResponse {
        let scopes = await scopes.tokens()
        // RFC 8414 §3.2: a list with nothing in it is left out.
        let listed: [(String, JSONValue)] =
            scopes.isEmpty ? [] : [("scopes_supported", .array(scopes.map { .string(ExactString($0)) }))]
        return .json(JSONObject(members + listed), headers: [.cacheable])
    }
}
