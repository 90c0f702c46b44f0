/// What the operator of a server can do about a rejection, with the facts; the front end words it with its commands and settings.
///
/// ``RejectionExplanation/clientRemedy`` is for the client's developer. No remedy means that only the client can change anything.
public enum OperatorRemedy: Sendable, Equatable {
    case registerClient
    case enableClient
    case registerForPrivateKeyJWT
    case correctMetadataDocument
    case stopRequiringTyping
    case stopRequiringIssuedAt
    case acceptMissingJWTID
    /// Register this algorithm for the client.
    case changeSigningAlgorithm(SignatureAlgorithm)
    /// Find the key that made the signature, with a copy of the assertion.
    case inspectAssertion
    /// Tell the client the thumbprints, and register the key that it signs with.
    case registerSigningKey
    /// The client has other keys.
    case registerNewKey
    /// The client has no key.
    case registerFirstKey
    /// Register the key of a key store entry that could belong to several clients.
    case registerKeyStoreEntry
    case removeUnusedKeys
    /// The server's own policy refuses the address of the key set.
    case allowKeySetAddress
    case checkKeySetURL
    case renewCertificate
    /// Accept the audience that the client sends. `aliases` is the number of audiences accepted in addition to the server's own.
    case acceptAudience(aliases: Int)
    /// Accept an assertion of this client that names other audiences as well.
    case acceptFurtherAudiences
    case raiseMaximumLifetime
    case raiseMaximumAge
    case checkClock
    case allowReuse
    /// The text of an earlier version, from the audit log.
    case written(String)
}

extension OperatorRemedy {
    private static let withoutFacts: [OperatorRemedy] = [
        .registerClient, .enableClient, .registerForPrivateKeyJWT, .correctMetadataDocument, .stopRequiringTyping,
        .stopRequiringIssuedAt, .acceptMissingJWTID, .inspectAssertion, .registerSigningKey, .registerNewKey,
        .registerFirstKey, .registerKeyStoreEntry, .removeUnusedKeys, .allowKeySetAddress, .checkKeySetURL,
        .renewCertificate, .acceptFurtherAudiences, .raiseMaximumLifetime, .raiseMaximumAge, .checkClock, .allowReuse,
    ]

    /// The remedy as stored in the audit log: the name of the case, or an object with its fact.
    var json: JSONValue {
        switch self {
        case .changeSigningAlgorithm(let algorithm): .object(["changeSigningAlgorithm": .string(algorithm.name)])
        case .acceptAudience(let aliases): .object(["acceptAudience": .number(aliases)])
        case .written(let text): .object(["written": .string(text)])
        default: .string("\(self)")
        }
    }

    /// Parses a stored remedy; `nil` for one of a later version.
    init?(json: JSONValue) {
        switch json {
        case .string(let name):
            guard let remedy = Self.withoutFacts.first(where: { "\($0)" == name.text }) else { return nil }
            self = remedy
        case .object(let object):
            if let algorithm = object.string("changeSigningAlgorithm").flatMap(SignatureAlgorithm.init(name:)) {
                self = .changeSigningAlgorithm(algorithm)
            } else if case .number(let aliases)? = object["acceptAudience"] {
                self = .acceptAudience(aliases: aliases.integer.map { Int($0) } ?? 0)
            } else if let text = object.string("written") {
                self = .written(text.text)
            } else {
                return nil
            }
        case .null, .boolean, .number, .array: return nil
        }
    }
}
