import CountersignJOSE
import CountersignStore

/// Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3): only what works is advertised.
public struct MetadataEndpoint: Endpoint {
    private let response: EndpointResponse

    /// Renders the document once.
    ///
    /// - Parameters:
    ///   - acceptsAssertions: whether `private_key_jwt` is switched on; without it no client can authenticate.
    ///   - acceptsClientURLs: whether clients may be URLs (draft-ietf-oauth-client-id-metadata-document §6).
    public init(_ urls: ServerURLs, acceptsAssertions: Bool = true, acceptsClientURLs: Bool = false) {
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
        response = .json(JSONObject(members), headers: [.cacheable])
    }

    /// The methods this endpoint answers.
    public var methods: [String] { ["GET", "HEAD"] }

    /// Answers one request.
    public func respond(to request: EndpointRequest) async -> EndpointResponse { response }
}
