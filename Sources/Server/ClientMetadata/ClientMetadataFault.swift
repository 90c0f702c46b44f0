/// Why a client that is a URL is no client here.
enum ClientMetadataFault: Error, Sendable, Equatable {
    /// The identifier itself.
    case url(String)
    /// The host is not on the operator's list.
    case host(String)
    /// The document could not be read.
    case unreadable(String)
    /// The document says something that it must not, or lacks something.
    case document(String)
    /// Too many clients of this host were new at the same time.
    case tooMany(host: String)

    /// The same for the operator, as a phrase that follows the identifier.
    var phrase: String {
        switch self {
        case .url(let detail): "no client identifier URL: \(detail)"
        case .host(let host): "a URL whose host \(host) is not an allowed host"
        case .unreadable(let reason): "a URL whose metadata document cannot be read: \(reason)"
        case .document(let detail): "a URL whose metadata document is refused: \(detail)"
        case .tooMany(let host): "one of too many unknown clients of \(host) in the last minute"
        }
    }
}
