/// A public key and the restrictions on its use (RFC 7517 §4).
public struct JWK: Sendable {
    /// The key itself, prepared.
    public let key: VerificationKey
    /// `kid`.
    public let keyID: ExactString?
    /// `alg`: if set, the only algorithm for the key.
    public let algorithm: SignatureAlgorithm?
    /// `use`: `sig` or `enc`.
    public let use: ExactString?
    /// `key_ops`.
    public let operations: [ExactString]?

    /// Creates a JWK from a key. If the key's identifier allows one algorithm only (RFC 4055), that becomes `alg`.
    public init(
        key: VerificationKey, keyID: ExactString? = nil, algorithm: SignatureAlgorithm? = nil, use: ExactString? = nil
    ) {
        self.key = key
        self.keyID = keyID
        self.algorithm = algorithm ?? key.pss?.onlyAlgorithm
        self.use = use
        operations = nil
    }

    /// Parses a public JWK. Unknown members, `x5c` and `x5u` are ignored and never trusted; `null` members count as absent.
    ///
    /// - Throws: `KeyError` for private or symmetric material, a weak key, an unknown type, curve or algorithm, or a mistyped member.
    public init(_ object: JSONObject) throws(KeyError) {
        let object = object.withoutNullMembers
        key = try VerificationKey(jwk: object)
        keyID = try object.optionalString("kid")
        use = try object.optionalString("use")
        if let name = try object.optionalString("alg") {
            guard let algorithm = SignatureAlgorithm(name: name) else {
                throw .unsupported("alg '\(name.text.prefix(32))'")
            }
            if let problem = key.incompatibility(with: algorithm) { throw problem }
            self.algorithm = algorithm
        } else {
            algorithm = key.pss?.onlyAlgorithm
        }
        operations = try Self.operations(object)
    }

    /// Parses `key_ops`, an array of strings without duplicates (RFC 7517 §4.3).
    private static func operations(_ object: JSONObject) throws(KeyError) -> [ExactString]? {
        guard let value = object["key_ops"] else { return nil }
        guard case .array(let elements) = value, elements.count <= 16 else {
            throw .malformed("the member 'key_ops' is not an array of at most 16 strings")
        }
        var operations: [ExactString] = []
        for element in elements {
            guard case .string(let operation) = element, !operations.contains(operation) else {
                throw .malformed("the member 'key_ops' has an element that is not a string or occurs twice")
            }
            operations.append(operation)
        }
        return operations
    }

    /// Returns whether the key may verify such signatures: its type fits, and `use`, `key_ops` and `alg` allow it if they are set.
    public func allowsVerification(with algorithm: SignatureAlgorithm) -> Bool {
        verificationProblem(with: algorithm) == nil
    }

    /// Returns the reason why the key may not verify signatures with the algorithm, or `nil` if it may.
    public func verificationProblem(with algorithm: SignatureAlgorithm) -> KeyError? {
        if let problem = key.incompatibility(with: algorithm) { return problem }
        if let own = self.algorithm, own != algorithm {
            return .wrongAlgorithm("its 'alg' is \(own.name), the signature's \(algorithm.name)")
        }
        if let use, use != "sig" { return .wrongAlgorithm("its 'use' is '\(use.text.prefix(32))', not 'sig'") }
        if let operations, !operations.contains("verify") {
            return .wrongAlgorithm("its 'key_ops' does not include 'verify'")
        }
        return nil
    }

    /// Every algorithm whose signatures the key may verify.
    public var verificationAlgorithms: [SignatureAlgorithm] {
        SignatureAlgorithm.allCases.filter(allowsVerification)
    }

    /// The RFC 7638 thumbprint.
    public var thumbprint: String { key.thumbprint }

    /// The key as a JSON object.
    public var object: JSONObject {
        var object = JSONObject(key.requiredMembers)
        if let keyID { object.set("kid", .string(keyID)) }
        if let use { object.set("use", .string(use)) }
        if let algorithm { object.set("alg", .string(algorithm.name)) }
        if let operations { object.set("key_ops", .array(operations.map { .string($0) })) }
        if let pss = key.pss { object.set(RSASSAPSS.member, pss.value) }
        return object
    }
}

extension JSONObject {
    fileprivate func optionalString(_ name: String) throws(KeyError) -> ExactString? {
        guard let value = self[name] else { return nil }
        guard case .string(let text) = value else { throw .malformed("the member '\(name)' is not a string") }
        return text
    }
}
