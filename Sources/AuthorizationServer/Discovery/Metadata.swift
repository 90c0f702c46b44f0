import CountersignJOSE
import CountersignStore

/// Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3): only what works is advertised.
public struct MetadataEndpoint: Endpoint {
    private let response: EndpointResponse

    /// Renders the document once.
    public init(_ urls: ServerURLs) {
        func strings(_ values: [String]) -> JSONValue { .array(values.map { .string(ExactString($0)) }) }
        response = .json(
            JSONObject(
                [
                    ("issuer", .string(ExactString(urls.issuer))),
                    ("token_endpoint", .string(ExactString(urls.token))),
                    ("jwks_uri", .string(ExactString(urls.keySet))),
                    ("grant_types_supported", strings(GrantType.allCases.map(\.rawValue))),
                    // RFC 8414 requires the member; there is no authorization endpoint, so nothing stands in it.
                    ("response_types_supported", .array([])),
                    ("token_endpoint_auth_methods_supported", strings(["private_key_jwt"])),
                    (
                        "token_endpoint_auth_signing_alg_values_supported",
                        strings(SignatureAlgorithm.allCases.flatMap(\.names))
                    ),
                ] as [(String, JSONValue)]), headers: [.cacheable])
    }

    /// The methods this endpoint answers.
    public var methods: [String] { ["GET", "HEAD"] }

    /// Answers one request.
    public func respond(to request: EndpointRequest) async -> EndpointResponse { response }
}
