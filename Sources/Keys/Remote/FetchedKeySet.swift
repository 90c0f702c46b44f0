import CountersignJOSE

/// A key set as a server sent it: the keys that can be used, and what became of the others.
public struct FetchedKeySet: Sendable {
    /// The keys that can be used, and those that cannot.
    public let keySet: JWKSet
    /// What whoever looks after the set should know, one sentence for each key that is not used. Nothing secret.
    public let notes: [String]

    /// Reads a body.
    ///
    /// - Throws: `KeyError.malformed` where it is no JWK Set or has more than 100 keys.
    public init(_ body: [UInt8]) throws(KeyError) {
        keySet = try JWKSet(parsing: body)
        notes = keySet.refused.map { refused in
            let name = refused.keyID.map { " ('\(ResponseLimits.shortened($0.text))')" } ?? ""
            return "Key \(refused.index + 1)\(name) is not used: \(refused.reason.explanation)."
        }
    }

    /// Whether a private or symmetric key is published there: the world can read it, so its owner must replace it.
    public var givesSecretsAway: Bool {
        keySet.refused.contains { refused in
            switch refused.reason {
            case .privateMaterial, .symmetric: true
            case .weak, .unsupported, .malformed, .wrongAlgorithm: false
            }
        }
    }
}
