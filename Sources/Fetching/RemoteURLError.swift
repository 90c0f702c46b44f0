/// The reason why a text is not a URL that documents are fetched from.
package enum RemoteURLError: Error, Sendable, Equatable {
    /// Longer than `limit` bytes.
    case tooLong(limit: Int)
    /// A byte that is not visible ASCII; its offset, counted from 0.
    case character(at: Int)
    /// No scheme, or one other than https and http.
    case scheme
    /// Plain http, not on loopback or without permission for loopback.
    case notSecure
    case userInformation
    case fragment
    /// A host that is neither a valid name nor an address; the text, shortened.
    case host(String)
    /// A host that ends in a number but is not an address in the usual form, like `127.1` or `0x7f.0.0.1`.
    case numericHost(String)
    case port(String)
    /// The path or query has a character that RFC 3986 does not allow there; its offset in bytes, counted from 0.
    case pathOrQuery(at: Int)

    package var phrase: String {
        switch self {
        case .tooLong(let limit): "it is longer than \(limit) bytes"
        case .character(let place): "byte \(place + 1) is not a visible ASCII character"
        case .scheme: "it does not begin with https://"
        case .notSecure: "plain http is allowed on loopback only, and only if a setting allows it"
        case .userInformation: "it has a user name before the host"
        case .fragment: "it has a fragment"
        case .host(let host): "'\(host)' is neither a host name nor an IP address"
        case .numericHost(let host): "'\(host)' is not an IP address in its usual form"
        case .port(let port): "'\(port)' is not a port from 1 to 65535"
        case .pathOrQuery(let place): "byte \(place + 1) is not allowed in a path or query"
        }
    }
}
