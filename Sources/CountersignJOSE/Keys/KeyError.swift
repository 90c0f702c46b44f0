/// A reason why a key cannot be used.
public enum KeyError: Error, Sendable, Equatable {
    /// It is too short, too long, or has an insecure parameter.
    case weak(String)
    /// Its type, curve or algorithm is not supported.
    case unsupported(String)
    /// It is inconsistent: a member is missing, of the wrong type, or not a point on its curve.
    case malformed(String)
    /// A private key in place of a public one; the text names the member.
    case privateMaterial(String)
    /// A symmetric key; only public keys are accepted.
    case symmetric
    /// The key does not fit the algorithm.
    case wrongAlgorithm(String)

    /// The error as a phrase.
    public var phrase: String {
        switch self {
        case .weak(let detail): "the key is weak: \(detail)"
        case .unsupported(let detail): "the key is not supported: \(detail)"
        case .malformed(let detail): "the key is malformed: \(detail)"
        case .privateMaterial(let member): "the key is private (it has '\(member)'); give its public half"
        case .symmetric: "the key is symmetric; only public keys are accepted"
        case .wrongAlgorithm(let detail): "the key does not fit the algorithm: \(detail)"
        }
    }
}

/// Runs a function of the crypto library, whose errors have no details, and throws `failure` in their place. A `KeyError` is passed on.
func attempt<Result>(
    orThrow failure: @autoclosure () -> KeyError, _ body: () throws -> Result
) throws(KeyError) -> Result {
    do {
        return try body()
    } catch {
        throw error as? KeyError ?? failure()
    }
}
