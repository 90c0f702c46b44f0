/// A reason why a key cannot be used.
public enum KeyError: Error, Sendable, Equatable {
    /// Too short, too long, or with a parameter that makes it worthless.
    case weak(String)
    /// A kind of key, curve or algorithm that is unknown here.
    case unsupported(String)
    /// It is inconsistent: a member is missing, of the wrong type, or not a point of its curve.
    case malformed(String)
    /// A private key where a public one is expected; the text names the member.
    case privateMaterial(String)
    /// A symmetric key; only public keys are used.
    case symmetric
    /// A private key and an algorithm that do not go together.
    case wrongAlgorithm(String)

    /// The error as a phrase.
    public var phrase: String {
        switch self {
        case .weak(let detail): "the key is weak: \(detail)"
        case .unsupported(let detail): "the key is not supported: \(detail)"
        case .malformed(let detail): "the key is malformed: \(detail)"
        case .privateMaterial(let member): "the key is private (it has '\(member)'); give its public half"
        case .symmetric: "the key is symmetric; only public keys are used here"
        case .wrongAlgorithm(let detail): "the key does not fit the algorithm: \(detail)"
        }
    }
}
