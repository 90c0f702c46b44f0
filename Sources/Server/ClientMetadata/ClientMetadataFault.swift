/// A reason why a URL is not accepted as a client.
enum ClientMetadataFault: Error, Sendable, Equatable {
    /// The identifier is not a valid client identifier URL.
    case url(String)
    /// The host is not allowed.
    case host(String)
    /// The document could not be read.
    case unreadable(String)
    /// The document's content is not acceptable.
    case document(String)
    /// The host's rate limit for unknown clients was exceeded.
    case rateLimited(host: String)

    /// A phrase for the operator that follows the identifier.
    var phrase: String {
        switch self {
        case .url(let detail): "not a valid client identifier URL: \(detail)"
        case .host(let host): "a URL whose host \(host) is not an allowed host"
        case .unreadable(let reason): "a URL whose metadata document cannot be read: \(reason)"
        case .document(let detail): "a URL whose metadata document is refused: \(detail)"
        case .rateLimited(let host): "one of too many unknown clients of \(host) in the last minute"
        }
    }
}
