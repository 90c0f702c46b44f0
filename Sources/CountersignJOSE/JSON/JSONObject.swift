/// A JSON object (RFC 8259 §4) without duplicate members, its names compared by bytes.
///
/// Written as a dictionary literal, it leaves out the members whose value is `nil`:
/// ```swift
/// let error: JSONObject = ["error": .string(code), "scope": .string(scope), "reference": .string(reference) ?? .null]
/// ```
public struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// The depth to which hostile text may nest: the object itself is 1.
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

    /// Parses one object and nothing else.
    ///
    /// - Parameters:
    ///   - text: UTF-8 without a byte order mark.
    ///   - maximumDepth: of nesting.
    /// - Throws: `JSONError` for anything RFC 8259 does not allow, a member named twice at any depth (RFC 8259 §4, RFC 7515 §4),
    ///   nesting too deep, or bytes after the object.
    public init(parsing text: [UInt8], maximumDepth: Int = Self.maximumDepth) throws(JSONError) {
        guard case .object(let object) = try JSONParser.parse(text, maximumDepth: maximumDepth) else {
            throw JSONError(.notAnObject, at: 0)
        }
        self = object
    }

    /// Parses a file or a document from a URL: as above, but a byte order mark before it is skipped (RFC 8259 §8.1), which many
    /// editors write. Assertions are never read this way.
    ///
    /// - Throws: `JSONError`; its reason is `.utf16` if the text is in that encoding.
    package init(document text: [UInt8]) throws(JSONError) {
        guard !ByteOrderMark.isUTF16(text) else { throw JSONError(.utf16, at: 0) }
        let start = ByteOrderMark.length(in: text)
        guard case .object(let object) = try JSONParser.parse(text, from: start, maximumDepth: Self.maximumDepth) else {
            throw JSONError(.notAnObject, at: start)
        }
        self = object
    }

    /// - Parameter members: names that are not repeated; of a repeated one the first counts.
    public init(_ members: [(String, JSONValue)]) {
        self.members = members.map { Member(name: ExactString($0.0), value: $0.1) }
    }

    /// Creates an object from a dictionary literal; members whose value is `nil` are left out, and names must not repeat.
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

    /// The text of a member that is a string, or `nil`.
    public func string(_ name: String) -> ExactString? {
        guard case .string(let text)? = self[name] else { return nil }
        return text
    }

    /// The object without members that are `null`, which serializers write for unset values.
    package var withoutNullMembers: JSONObject {
        JSONObject(checked: members.filter { $0.value != .null })
    }

    /// Sets a member: in its place if the name exists, otherwise at the end.
    public mutating func set(_ name: String, _ value: JSONValue) {
        let member = Member(name: ExactString(name), value: value)
        if let index = members.firstIndex(where: { $0.name.matches(name) }) {
            members[index] = member
        } else {
            members.append(member)
        }
    }
}
