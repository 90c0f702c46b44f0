/// The reason why a text is not a URL that documents are fetched from.
package enum RemoteURLError: Error, Sendable, Equatable {
    /// Bytes allowed at most.
    case tooLong(limit: Int)
    /// Something else than a visible ASCII character; its place in bytes, counted from 0.
    case character(at: Int)
    /// No scheme, or another than https and http.
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
    /// The path or query has a character that RFC 3986 does not allow there; its place in bytes, counted from 0.
    case pathOrQuery(at: Int)

    package var explanation: String {
        switch self {
        case .tooLong(let limit): "it is longer than \(limit) bytes"
        case .character(let place): "byte \(place + 1) is no visible ASCII character"
        case .scheme: "it does not begin with https://"
        case .notSecure: "plain http is let through on loopback only, and only where that is allowed"
        case .userInformation: "it has a user name before the host"
        case .fragment: "it has a fragment"
        case .host(let host): "'\(host)' is no host name and no IP address"
        case .numericHost(let host): "'\(host)' is no IP address in its usual form"
        case .port(let port): "'\(port)' is no port from 1 to 65535"
        case .pathOrQuery(let place): "byte \(place + 1) is not allowed in a path or query"
        }
    }
}
