import Caching
import Synchronization

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
            "introspection_signing_alg_values_supported": .array([IDTokens.defaultAlgorithm.name]),
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

/// `scopes_supported` of the metadata (RFC 8414 §2): the operator's list, or the scopes that clients can be granted.
///
/// A class because all requests share the scopes read from the store: once after each change of a client, because metadata requests
/// are unauthenticated and not rate-limited.
final class SupportedScopes: Sendable {
    /// Longer lists are truncated; an operator with more scopes configures which are advertised.
    static let maximumCount = 200

    private let configured: [String]?
    /// The scopes of clients that come by themselves: those that are URLs, and those that register themselves.
    private let granted: [String]
    private let store: any ClientStore
    /// Has one key.
    private let cache = SharedCache<Int, [String], StoreError>(capacity: 2)
    /// The result of the last successful read.
    private let latest = Mutex<[String]>([])

    init(_ settings: ServerSettings, store: any ClientStore) {
        configured = settings.advertisedScopes
        // The standard scopes are listed like others, because some clients ask for everything that is.
        granted =
            (settings.clientMetadata.isEnabled ? settings.clientMetadata.scopes : [])
            + (settings.registration.mode == .off ? [] : settings.registration.scopes)
        self.store = store
    }

    /// Makes the next request read the scopes again, after a client has changed.
    func invalidate() {
        cache.invalidateAll()
    }

    /// Returns the configured scope tokens in their order, or those of the clients in alphabetical order, without duplicates.
    func tokens() async -> [String] {
        if let tokens = configured ?? cache.value(for: 0) { return tokens }
        do {
            return try await cache.load(0) { [self] () async throws(StoreError) in
                let registered = try await store.scopes(limit: Self.maximumCount)
                // The standard ones come first, so that they are never cut off.
                let others = Set(registered).subtracting(granted).sorted()
                let tokens = (Set(granted).sorted() + others).prefix(Self.maximumCount).sorted()
                latest.withLock { $0 = tokens }
                return tokens
            }
        } catch {
            // The last known scopes are the best answer; the next request tries again.
            return latest.withLock { $0 }
        }
    }
}
