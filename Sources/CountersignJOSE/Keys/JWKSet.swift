/// A JWK Set (RFC 7517 §5): the keys that can be used, and what became of the others.
public struct JWKSet: Sendable {
    /// The longest text that is read, in bytes.
    public static let maximumLength = 262_144
    /// The most keys a set may have.
    public static let maximumKeys = 100

    /// The keys that can be used.
    public let keys: [JWK]
    /// The keys that cannot.
    public let refused: [Refused]

    /// A key that cannot be used: it does not spoil the set.
    public struct Refused: Sendable, Equatable {
        /// Its place in the set, counted from 0.
        public let index: Int
        /// Its `kid`, if it has one.
        public let keyID: ExactString?
        /// What is the matter with it.
        public let reason: KeyError
    }

    /// A set of keys.
    public init(_ keys: [JWK]) {
        self.keys = keys
        refused = []
    }

    /// Parses a set.
    ///
    /// - Parameter text: at most 256 KiB of JSON.
    /// - Throws: `KeyError.malformed` where it is no JWK Set, or has more than 100 keys.
    public init(parsing text: [UInt8]) throws(KeyError) {
        try self.init(parsing: text, limitedTo: nil)
    }

    /// Parses a set that its client publishes, and that no operator has seen: keys that cost much to verify with are refused.
    ///
    /// - Throws: as for any other set.
    package init(parsingPublished text: [UInt8]) throws(KeyError) {
        try self.init(parsing: text, limitedTo: .published)
    }

    private init(parsing text: [UInt8], limitedTo limit: KeyCostLimit?) throws(KeyError) {
        guard text.count <= Self.maximumLength else { throw .malformed("longer than \(Self.maximumLength) bytes") }
        let object: JSONObject
        do {
            object = try JSONObject(document: text)
        } catch {
            throw .malformed("no JSON: \(error.phrase)")
        }
        guard case .array(let elements)? = object["keys"] else { throw .malformed("no JWK Set: 'keys' is no array") }
        guard elements.count <= Self.maximumKeys else { throw .malformed("more than \(Self.maximumKeys) keys") }
        var keys: [JWK] = []
        var refused: [Refused] = []
        for (index, element) in elements.enumerated() {
            guard case .object(let member) = element else {
                refused.append(Refused(index: index, keyID: nil, reason: .malformed("no object")))
                continue
            }
            do {
                let key = try JWK(member)
                try limit?.check(key.key)
                keys.append(key)
            } catch {
                refused.append(Refused(index: index, keyID: member.string("kid"), reason: error))
            }
        }
        self.keys = keys
        self.refused = refused
    }

    /// The set as JSON.
    public func render() -> String {
        JSONValue.object(["keys": .array(keys.map(\.object))]).render()
    }
}
