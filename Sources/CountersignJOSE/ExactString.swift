/// A string that equals another only if both have the same UTF-8 bytes (RFC 3986 §6.2.1, simple string comparison).
///
/// Swift's `String ==` treats canonically equivalent strings as equal, such as é and e with a combining accent; client identifiers that
/// differ in this way are different clients.
public struct ExactString: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The string itself.
    public let text: String

    /// - Parameter text: any string; it is not normalised.
    public init(_ text: String) {
        self.text = text
    }

    /// Creates a string from a string literal.
    public init(stringLiteral text: String) {
        self.text = text
    }

    /// The string itself.
    public var description: String { text }

    /// Returns whether both have the same bytes.
    public static func == (left: ExactString, right: ExactString) -> Bool {
        left.matches(right.text)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        let isHashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isHashed != nil { return }
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    /// Returns whether `other` has the same bytes.
    func matches(_ other: String) -> Bool {
        let (left, right) = (text.utf8, other.utf8)
        guard left.count == right.count else { return false }
        let fast = left.withContiguousStorageIfAvailable { left in
            right.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
        }
        return (fast ?? nil) ?? left.elementsEqual(right)
    }
}
