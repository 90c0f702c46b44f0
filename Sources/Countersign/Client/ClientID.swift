import CountersignJOSE

/// A client identifier (RFC 6749 §2.2), compared as UTF-8 bytes.
public struct ClientID: Hashable, Sendable, CustomStringConvertible {
    /// The longest identifier a client can be registered under, in UTF-8 bytes.
    public static let maximumLength = 255

    /// The identifier, to be compared.
    public let value: ExactString

    /// Makes an identifier of any text; whether a client has it is another question.
    public init(_ value: ExactString) {
        self.value = value
    }

    /// Makes an identifier of any text; whether a client has it is another question.
    public init(_ text: String) {
        value = ExactString(text)
    }

    /// The identifier, to be shown.
    public var text: String { value.text }
    /// The identifier, to be shown.
    public var description: String { value.text }
}
