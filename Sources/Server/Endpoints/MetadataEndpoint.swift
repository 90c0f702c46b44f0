/// Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3): only what works is advertised.
struct MetadataEndpoint: Endpoint {
    private let object: JSONObject
    private let scopes: SupportedScopes

    /// - Parameters:
    ///   - acceptsAssertions: whether `private_key_jwt` is enabled; without it no client can authenticate.
    ///   - acceptsSecrets: whether a client may have a secret.
    ///   - acceptsClientURLs: whether clients may be URLs (draft-ietf-oauth-client-id-metadata-document §6).
    ///   - registersClients: whether clients can register themselves (RFC 7591).
    ///   - signIn: the members about people who sign in.
    init(
        _ urls: ServerURLs, acceptsAssertions: Bool = true, acceptsSecrets: Bool = false,
        acceptsClientURLs: Bool = false,
        registersClients: Bool = false, signIn: AuthorizationMetadata = AuthorizationMetadata(), scopes: SupportedScopes
    ) {
        let assertionAlgorithms: JSONValue? =
            acceptsAssertions ? .array(SignatureAlgorithm.allCases.flatMap(\.names)) : nil
        let methods =
            (acceptsAssertions ? [AuthenticationMethod.privateKeyJWT] : [])
            + (acceptsSecrets ? [.clientSecretBasic, .clientSecretPost] : [])
        let authentication = methods.map(\.rawValue)
        // Without a method no client can authenticate, and then public ones are not offered either.
        let withPublic = authentication + (methods.isEmpty ? [] : [AuthenticationMethod.none.rawValue])
        var object: JSONObject = [
            "issuer": .string(urls.issuer),
            "authorization_endpoint": .string(urls.authorization), "token_endpoint": .string(urls.token),
            "end_session_endpoint": .string(urls.endSession),
            "jwks_uri": .string(urls.keySet),
            // Empty lists are sent, because absent ones mean defaults that do not work here.
            "grant_types_supported": .array(methods.isEmpty ? [] : GrantType.allCases.map(\.rawValue)),
            "token_endpoint_auth_methods_supported": .array(withPublic),
            "token_endpoint_auth_signing_alg_values_supported": assertionAlgorithms,
            "userinfo_endpoint": .string(urls.userInfo), "introspection_endpoint": .string(urls.introspection),
            "introspection_endpoint_auth_methods_supported": .array(authentication),
            "introspection_endpoint_auth_signing_alg_values_supported": assertionAlgorithms,
            "introspection_signing_alg_values_supported": .array(signIn.algorithms.map(\.name)),
            "revocation_endpoint": .string(urls.revocation),
            "revocation_endpoint_auth_methods_supported": .array(withPublic),
            "revocation_endpoint_auth_signing_alg_values_supported": assertionAlgorithms,
            "userinfo_signing_alg_values_supported": .array(signIn.algorithms.map(\.name)),
            "registration_endpoint": registersClients ? .string(urls.registration) : nil,
            "client_id_metadata_document_supported": acceptsClientURLs ? .boolean(true) : nil,
        ]
        for member in signIn.json.members { object.set(member.name.text, member.value) }
        self.object = object
        self.scopes = scopes
    }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let scopes = await scopes.tokens()
        var object = object
        // RFC 8414 §3.2: an empty list is omitted.
        if !scopes.isEmpty { object.set("scopes_supported", .array(scopes)) }
        return .json(object, headers: .cacheable)
    }
}
