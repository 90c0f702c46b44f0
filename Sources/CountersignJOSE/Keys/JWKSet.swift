/// A JWK Set (RFC 7517 §5): the usable keys, and the others with the reasons for their refusal.
public struct JWKSet: Sendable {
    /// The maximum length of the text in bytes.
    public static let maximumLength = 262_144
    /// The maximum number of keys in a set.
    public static let maximumKeys = 100

    /// The usable keys.
    public let keys: [JWK]
    /// The keys that cannot be used.
    public let refused: [Refused]

    /// A key that cannot be used. It does not affect the other keys of the set.
    public struct Refused: Sendable, Equatable {
        /// Its index in the set, counted from 0.
        public let index: Int
        /// Its `kid`, if it has one.
        public let keyID: ExactString?
        /// The reason why it cannot be used.
        public let reason: KeyError
    }

    /// Creates a set of keys.
    public init(_ keys: [JWK]) {
        self.keys = keys
        refused = []
    }

    /// Parses a set.
    ///
    /// - Parameter text: at most 256 KiB of JSON.
    /// - Throws: `KeyError.malformed` if it is not a JWK Set, or has more than 100 keys.
    public init(parsing text: [UInt8]) throws(KeyError) {
        try self.init(parsing: text, isReviewed: true)
    }

    /// Parses a set that a client publishes and no operator has reviewed: keys with expensive verification are refused.
    ///
    /// - Throws: `KeyError.malformed`, as above.
    package init(parsingPublished text: [UInt8]) throws(KeyError) {
        try self.init(parsing: text, isReviewed: false)
    }

    private init(parsing text: [UInt8], isReviewed: Bool) throws(KeyError) {
        guard text.count <= Self.maximumLength else { throw .malformed("longer than \(Self.maximumLength) bytes") }
        let object: JSONObject
        do {
            object = try JSONObject(document: text)
        } catch {
            throw .malformed("not valid JSON: \(error.phrase)")
        }
        guard case .array(let elements)? = object["keys"] else { throw .malformed("the member 'keys' is not an array") }
        guard elements.count <= Self.maximumKeys else { throw .malformed("more than \(Self.maximumKeys) keys") }
        var keys: [JWK] = []
        var refused: [Refused] = []
        for (index, element) in elements.enumerated() {
            guard case .object(let member) = element else {
                refused.append(Refused(index: index, keyID: nil, reason: .malformed("not an object")))
                continue
            }
            do {
                let key = try JWK(member)
                if !isReviewed { try KeyCostLimit.check(key.key) }
                keys.append(key)
            } catch {
                refused.append(Refused(index: index, keyID: member.string("kid"), reason: error))
            }
        }
        self.keys = keys
        self.refused = refused
    }

    /// Renders the set as JSON.
    public func render() -> String {
        JSONValue.object(["keys": .array(keys.map(\.object))]).render()
    }
}
