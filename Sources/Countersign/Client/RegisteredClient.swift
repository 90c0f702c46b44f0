import CountersignJOSE

/// What the verifier needs to know of a client: its keys, prepared once, and how strictly it is to be treated.
public struct RegisteredClient: Sendable {
    /// `client_id`.
    public let id: ClientID
    /// A disabled client is answered like an unknown one.
    public var isEnabled: Bool
    /// `token_endpoint_auth_method`; only `private_key_jwt` may authenticate.
    public var authenticationMethod: AuthenticationMethod
    /// Registered keys, in no particular order.
    public var keys: [ClientKey]
    /// How strictly its assertions are verified.
    public var options: ClientOptions
    /// The `jwks_uri` its keys are read from; `nil` where they come from elsewhere, whatever is registered besides.
    public var keySetURL: ExactString?
    /// Why it has no key although the operator gave it one, for the trace.
    package var keyObstacle: String?
    /// What the directory knows of the client besides; it is there again once the client is proven.
    package var attachment: (any ClientAttachment)?

    /// Makes a client of what was registered.
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

    /// The same client with the keys of its key set.
    public func with(keys: [ClientKey]) -> RegisteredClient {
        var client = self
        client.keys = keys
        return client
    }
}

/// What a directory attaches to the clients it finds, so that nobody has to ask it for the same client twice.
///
/// A class, so that carrying it along copies one reference.
package protocol ClientAttachment: AnyObject, Sendable {
    /// Where the client's keys came from; `nil` where it has none, or only its key set tells.
    var keyOrigin: KeyOrigin? { get }
}

/// How a client authenticates at the token endpoint: values of `token_endpoint_auth_method`
/// (OpenID Connect Core §9). Methods with a shared secret do not exist here.
public enum AuthenticationMethod: String, Sendable, CaseIterable {
    case privateKeyJWT = "private_key_jwt"
    /// A public client: it proves nothing.
    case none = "none"
}

/// Where the keys of a client came from, and when: for the operator, who compares them with those the client has.
public enum KeyOrigin: Sendable, Equatable {
    /// Registered for the client; the time is that of the newest.
    case registered(newest: UnixTime)
    /// The entry of the key store under this alias.
    case keyStore(alias: ExactString, addedAt: UnixTime)
    /// The key set at a URL; `readAt` is `nil` where that is not known here.
    case keySet(url: ExactString, readAt: UnixTime?)

    /// The same, to follow "the keys".
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
