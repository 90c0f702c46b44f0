/// A JSON value (RFC 8259 §3), as it was written: strings compare by bytes, members keep their order.
public enum JSONValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    case null
    case boolean(Bool)
    case number(JSONNumber)
    case string(ExactString)
    case array([JSONValue])
    case object(JSONObject)

    /// A string written in the source.
    public init(stringLiteral text: String) {
        self = .string(ExactString(text))
    }

    /// An array written in the source.
    public init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    /// Parses one value, strictly; see `JSONObject.init(parsing:maximumDepth:)`.
    ///
    /// - Throws: `JSONError` with the byte at which it went wrong.
    public init(parsing text: [UInt8], maximumDepth: Int = JSONObject.maximumDepth) throws(JSONError) {
        self = try JSONParser.parse(text, maximumDepth: maximumDepth)
    }
}

/// A JSON number (RFC 8259 §6): the text as written, and the nearest double.
public struct JSONNumber: Sendable, Equatable {
    /// The number as it stands in the text.
    public let literal: String
    /// The nearest double; infinite for what is too large to hold.
    public let double: Double

    /// An integer.
    public init(_ integer: Int64) {
        literal = String(integer)
        double = Double(integer)
    }

    /// An integer.
    public init(_ integer: Int) {
        self.init(Int64(integer))
    }

    /// A finite number; JSON has no other, so infinities and NaN become zero.
    public init(_ double: Double) {
        let finite = double.isFinite ? double : 0
        literal = Int64(exactly: finite).map(String.init) ?? "\(finite)"
        self.double = finite
    }

    /// A literal that the parser has checked.
    init(checked literal: String) {
        self.literal = literal
        // Nearly all numbers are times in seconds. Integers of up to 15 digits are exact in a double.
        if literal.utf8.count <= 15, let integer = Int64(literal) {
            double = integer == 0 && literal.hasPrefix("-") ? -0.0 : Double(integer)
        } else {
            double = Double(literal) ?? .infinity
        }
    }

    /// The value, if it is an integer that fits.
    public var integer: Int64? { Int64(exactly: double) }
}
