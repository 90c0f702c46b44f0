/// The used parameters of the protected header of a JWS (RFC 7515 §4). The header is never a source of keys.
public struct JOSEHeader: Sendable, Equatable {
    /// `alg`.
    public let algorithm: SignatureAlgorithm
    /// `kid`: a hint to the registered key.
    public let keyID: ExactString?
    /// `typ`.
    public let type: ExactString?
    /// `x5t`: a hint to the registered certificate.
    public let certificateThumbprintSHA1: ExactString?
    /// `x5t#S256`: the same hint with SHA-256.
    public let certificateThumbprintSHA256: ExactString?
    /// All parameters, for display.
    public let parameters: JSONObject

    init(_ parameters: JSONObject) throws(JWSError) {
        guard case .string(let name)? = parameters["alg"] else {
            throw .algorithmNotAllowed(parameters["alg"] == nil ? "absent" : "not a string")
        }
        guard let algorithm = SignatureAlgorithm(name: name) else {
            throw .algorithmNotAllowed(String(name.text.prefix(64)))
        }
        for parameter in ["crit", "b64"] where parameters[parameter] != nil { throw .criticalHeader(parameter) }
        self.algorithm = algorithm
        keyID = try Self.string("kid", parameters)
        type = try Self.string("typ", parameters)
        certificateThumbprintSHA1 = try Self.string("x5t", parameters)
        certificateThumbprintSHA256 = try Self.string("x5t#S256", parameters)
        self.parameters = parameters
    }

    private static func string(_ name: String, _ parameters: JSONObject) throws(JWSError) -> ExactString? {
        guard let value = parameters[name] else { return nil }
        guard case .string(let text) = value else { throw .json("\(name) is \(value.kind), not a string") }
        return text
    }
}

extension JSONValue {
    /// The JSON type, for display.
    fileprivate var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
