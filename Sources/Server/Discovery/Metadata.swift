import CountersignJOSE
import Store

/// Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3): only what works is advertised.
package struct MetadataEndpoint: Endpoint {
    private let object: JSONObject
    private let scopes: SupportedScopes

    /// - Parameters:
    ///   - acceptsAssertions: whether `private_key_jwt` is switched on; without it no client can authenticate.
    ///   - acceptsClientURLs: whether clients may be URLs (draft-ietf-oauth-client-id-metadata-document §6).
    ///   - scopes: for `scopes_supported`.
    init(_ urls: ServerURLs, acceptsAssertions: Bool = true, acceptsClientURLs: Bool = false, scopes: SupportedScopes) {
        object = [
            "issuer": .string(urls.issuer),
            // RFC 8414 §2 makes it optional here, but the MCP SDKs and MSAL refuse metadata without it, whatever the grant.
            "authorization_endpoint": .string(urls.authorization), "token_endpoint": .string(urls.token),
            "jwks_uri": .string(urls.keySet),
            // Empty lists are written out: an absent list means a default that does not work here.
            "grant_types_supported": .array(acceptsAssertions ? GrantType.allCases.map(\.rawValue) : []),
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": acceptsAssertions ? ["private_key_jwt"] : [],
            "token_endpoint_auth_signing_alg_values_supported":
                acceptsAssertions ? .array(SignatureAlgorithm.allCases.flatMap(\.names)) : nil,
            "client_id_metadata_document_supported": acceptsClientURLs ? .boolean(true) : nil,
        ]
        self.scopes = scopes
    }

    /// The methods this endpoint answers.
    package var methods: [String] { ["GET", "HEAD"] }

    /// Answers one request.
    package func respond(to request: EndpointRequest) async -> EndpointResponse {
        let scopes = await scopes.tokens()
        var object = object
        // RFC 8414 §3.2: an empty list is left out.
        if !scopes.isEmpty { object.set("scopes_supported", .array(scopes)) }
        return .json(object, headers: [.cacheable])
    }
}
