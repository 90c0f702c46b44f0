/// A JSON object (RFC 8259 §4) without duplicate members. Names are compared by bytes.
///
/// A dictionary literal omits members whose value is `nil`:
/// ```swift
/// let error: JSONObject = ["error": .string(code), "scope": .string(scope), "reference": .string(reference) ?? .null]
/// ```
public struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// The maximum nesting depth of untrusted text; the object itself has depth 1.
    public static let maximumDepth = 8

    /// One member.
    public struct Member: Sendable, Equatable {
        /// The name.
        public let name: ExactString
        /// The value.
        public let value: JSONValue
    }

    /// The members in the order in which they were written.
    public private(set) var members: [Member]

    /// Parses a text that is one object.
    ///
    /// - Parameters:
    ///   - text: UTF-8 without a byte order mark.
    ///   - maximumDepth: the maximum nesting depth.
    /// - Throws: `JSONError` for anything RFC 8259 does not allow, a duplicate member at any depth (RFC 8259 §4, RFC 7515 §4), too deep
    ///   nesting, or bytes after the object.
    public init(parsing text: [UInt8], maximumDepth: Int = Self.maximumDepth) throws(JSONError) {
        guard case .object(let object) = try JSONParser.parse(text, maximumDepth: maximumDepth) else {
            throw JSONError(.notAnObject, at: 0)
        }
        self = object
    }

    /// Parses a file or a document from a URL: as above, but skips a leading byte order mark (RFC 8259 §8.1), which many editors write.
    /// Assertions are never parsed this way.
    ///
    /// - Throws: `JSONError`; its reason is `.utf16` if the text has that encoding.
    package init(document text: [UInt8]) throws(JSONError) {
        guard !ByteOrderMark.isUTF16(text) else { throw JSONError(.utf16, at: 0) }
        let start = ByteOrderMark.length(in: text)
        guard case .object(let object) = try JSONParser.parse(text, from: start, maximumDepth: Self.maximumDepth) else {
            throw JSONError(.notAnObject, at: start)
        }
        self = object
    }

    /// - Parameter members: without repeated names; of those, the first takes effect.
    public init(_ members: [(String, JSONValue)]) {
        self.members = members.map { Member(name: ExactString($0.0), value: $0.1) }
    }

    /// Creates an object from a dictionary literal; members whose value is `nil` are omitted, and names must not repeat.
    public init(dictionaryLiteral members: (String, JSONValue?)...) {
        self.members = []
        self.members.reserveCapacity(members.count)
        for case (let name, let value?) in members {
            self.members.append(Member(name: ExactString(name), value: value))
        }
    }

    init(checked members: [Member]) {
        self.members = members
    }

    /// The value of a member, or `nil`.
    public subscript(_ name: String) -> JSONValue? {
        for member in members where member.name.matches(name) { return member.value }
        return nil
    }

    /// Returns the value of a member if it is a string, or `nil`.
    public func string(_ name: String) -> ExactString? {
        guard case .string(let text)? = self[name] else { return nil }
        return text
    }

    /// The object without members that are `null`, which serializers write for unset values.
    package var withoutNullMembers: JSONObject {
        JSONObject(checked: members.filter { $0.value != .null })
    }

    /// Replaces a member in place, or appends it if there is none of that name.
    public mutating func set(_ name: String, _ value: JSONValue) {
        let member = Member(name: ExactString(name), value: value)
        if let index = members.firstIndex(where: { $0.name.matches(name) }) {
            members[index] = member
        } else {
            members.append(member)
        }
    }
}
