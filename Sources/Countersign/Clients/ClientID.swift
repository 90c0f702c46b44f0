/// A client identifier (RFC 6749 §2.2), compared as UTF-8 bytes.
public struct ClientID: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The maximum length of a registered identifier, in UTF-8 bytes.
    public static let maximumLength = 255

    /// The identifier, for comparison.
    public let value: ExactString

    /// Accepts any text, whether or not it identifies a client.
    public init(_ value: ExactString) {
        self.value = value
    }

    /// Accepts any text, whether or not it identifies a client.
    public init(_ text: String) {
        value = ExactString(text)
    }

    /// An identifier written in the source.
    public init(stringLiteral text: String) {
        value = ExactString(text)
    }

    /// The identifier, for display.
    public var text: String { value.text }
    /// The identifier, for display.
    public var description: String { value.text }
}
