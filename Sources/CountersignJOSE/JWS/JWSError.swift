/// Why a text is no JWS that we look at: the first of rules 1 to 5 that does not hold.
public enum JWSError: Error, Sendable, Equatable {
    /// RFC 7515 §7.1: not three non-empty parts, or too long.
    case structure(String)
    /// RFC 7515 §2: a part is not strict base64url.
    case encoding(String)
    /// RFC 7515 §4: the header is not one JSON object without duplicates, or a parameter is of the wrong type.
    case json(String)
    /// RFC 7515 §4.1.1: `alg` is no algorithm that we accept; the name, shortened.
    case algorithmNotAllowed(String)
    /// RFC 7515 §4.1.11, RFC 7797 §3: the parameter.
    case criticalHeader(String)

    /// The same for a person.
    public var phrase: String {
        switch self {
        case .structure(let detail): "no compact JWS: \(detail)"
        case .encoding(let detail): "no strict base64url: \(detail)"
        case .json(let detail): "header: \(detail)"
        case .algorithmNotAllowed(let name): "algorithm not allowed: \(name)"
        case .criticalHeader(let parameter): "the header asks for an extension: \(parameter)"
        }
    }
}
