/// A client as the verifier sees it: its prepared keys and how strictly its assertions are verified.
public struct RegisteredClient: Sendable {
    /// `client_id`.
    public let id: ClientID
    /// Whether the client may authenticate; callers cannot distinguish a disabled client from an unknown one.
    public var isEnabled: Bool
    /// `token_endpoint_auth_method`; only `private_key_jwt` may authenticate.
    public var authenticationMethod: AuthenticationMethod
    /// Registered keys, in no particular order.
    public var keys: [ClientKey]
    /// How strictly its assertions are verified.
    public var options: ClientOptions
    /// The `jwks_uri` that the keys were read from; `nil` if they come from elsewhere.
    public var keySetURL: ExactString?
    /// The reason why the client has no key although the operator assigned one, for the trace.
    package var keyProblem: String?
    /// The directory's own data about the client, which is returned with the verified assertion.
    package var attachment: (any ClientAttachment)?

    /// Creates a client.
    public init(
        id: ClientID, isEnabled: Bool = true, authenticationMethod: AuthenticationMethod = .privateKeyJWT,
        keys: [ClientKey], options: ClientOptions = ClientOptions(), keySetURL: ExactString? = nil
    ) {
        self.id = id
        self.isEnabled = isEnabled
        self.authenticationMethod = authenticationMethod
        self.keys = keys
        self.options = options
        self.keySetURL = keySetURL
    }

    /// Returns a copy of the client with the keys of its key set.
    public func with(keys: [ClientKey]) -> RegisteredClient {
        var client = self
        client.keys = keys
        return client
    }
}

/// A directory's own data about a client, so that one look-up serves a whole request.
///
/// A class, so that passing it on copies one reference.
package protocol ClientAttachment: AnyObject, Sendable {
    /// The origin of the client's keys; `nil` if it has none.
    var keyOrigin: KeyOrigin? { get }
}

/// A value of `token_endpoint_auth_method` (OpenID Connect Core §9). An assertion is accepted for `privateKeyJWT` only.
public enum AuthenticationMethod: String, Sendable, CaseIterable {
    case privateKeyJWT = "private_key_jwt"
    /// A shared secret in the `Authorization` header field (RFC 6749 §2.3.1).
    case clientSecretBasic = "client_secret_basic"
    /// A shared secret in the form (RFC 6749 §2.3.1).
    case clientSecretPost = "client_secret_post"
    /// A public client, which does not authenticate.
    case none = "none"

    /// Whether the client authenticates with a secret that the server knows as well.
    public var usesSecret: Bool { self == .clientSecretBasic || self == .clientSecretPost }
}

/// The origin and age of a client's keys, for the operator to compare with the keys that the client uses.
public enum KeyOrigin: Sendable, Equatable {
    /// Registered for the client; the time is that of the newest.
    case registered(newest: UnixTime)
    /// The entry of the key store under this alias.
    case keyStore(alias: ExactString, addedAt: UnixTime)
    /// The key set at a URL; `readAt` is `nil` if unknown.
    case keySet(url: ExactString, readAt: UnixTime?)

    /// A phrase that follows "the keys".
    var text: String {
        switch self {
        case .registered(let newest): "were registered for the client, the newest at \(newest.text)"
        case .keyStore(let alias, let addedAt):
            "come from the key store entry \(quoted(alias.text)), imported at \(addedAt.text)"
        case .keySet(let url, let readAt):
            "come from the key set \(shortened(url.text))" + (readAt.map { ", read at \($0.text)" } ?? "")
        }
    }
}
