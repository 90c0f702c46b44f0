/// Why a text is not the JSON we accept, and where.
public struct JSONError: Error, Sendable, Equatable {
    /// What is wrong.
    public enum Reason: String, Sendable {
        case notAnObject = "not a JSON object"
        case unexpectedCharacter = "a character that does not belong there"
        case unexpectedEnd = "the end of the text"
        case trailingCharacters = "something after the value"
        case duplicateMember = "a member named twice"
        case tooDeep = "nesting too deep"
        case invalidNumber = "a malformed number"
        case utf16 = "text in UTF-16, where JSON is UTF-8"
        case invalidString = "a string that is not well-formed UTF-8 or has a bad escape"
    }

    /// What is wrong.
    public let reason: Reason
    /// The byte at which it was found, counted from 0.
    public let offset: Int
    /// The member that is named twice, cut to 64 bytes.
    public let member: String?

    package init(_ reason: Reason, at offset: Int, member: String? = nil) {
        self.reason = reason
        self.offset = offset
        self.member = member.map { String(decoding: $0.utf8.prefix(64), as: UTF8.self) }
    }

    /// The same for a person.
    public var phrase: String {
        "\(reason.rawValue)\(member.map { ", '\($0)'," } ?? ",") at character \(offset + 1)"
    }
}
