/// A JSON value (RFC 8259 §3). Strings are compared by bytes, and members keep their order.
public enum JSONValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    case null
    case boolean(Bool)
    case number(JSONNumber)
    case string(ExactString)
    case array([JSONValue])
    case object(JSONObject)

    /// Creates a string from a string literal.
    public init(stringLiteral text: String) {
        self = .string(ExactString(text))
    }

    /// Creates an array from an array literal.
    public init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    /// Parses one value, strictly; see `JSONObject.init(parsing:maximumDepth:)`.
    ///
    /// - Throws: `JSONError` with the position of the error.
    public init(parsing text: [UInt8], maximumDepth: Int = JSONObject.maximumDepth) throws(JSONError) {
        self = try JSONParser.parse(text, maximumDepth: maximumDepth)
    }
}

extension JSONValue {
    /// Creates a string.
    public static func string(_ text: String) -> JSONValue { .string(ExactString(text)) }
    /// Creates an integer.
    public static func number(_ integer: Int) -> JSONValue { .number(JSONNumber(Int64(integer))) }
    /// Creates an integer.
    public static func number(_ integer: Int64) -> JSONValue { .number(JSONNumber(integer)) }
    /// Creates a number; infinities and NaN become zero.
    public static func number(_ double: Double) -> JSONValue { .number(JSONNumber(double)) }
    /// Creates an array of strings.
    public static func array(_ strings: [String]) -> JSONValue { .array(strings.map { .string($0) }) }
    /// Creates an array of objects.
    public static func array(_ objects: [JSONObject]) -> JSONValue { .array(objects.map { .object($0) }) }
}

/// Optional values: `nil` omits a member of an object literal, and `?? .null` writes it as `null`.
extension JSONValue? {
    /// Creates a string, or `nil`.
    public static func string(_ text: String?) -> JSONValue? { text.map { .string($0) } }
    /// Creates a string, or `nil`.
    public static func string(_ text: ExactString?) -> JSONValue? { text.map { .string($0) } }
    /// Creates an integer, or `nil`.
    public static func number(_ integer: Int?) -> JSONValue? { integer.map { .number($0) } }
    /// Creates a Boolean, or `nil`.
    public static func boolean(_ flag: Bool?) -> JSONValue? { flag.map { .boolean($0) } }
    /// Creates an object, or `nil`.
    public static func object(_ object: JSONObject?) -> JSONValue? { object.map { .object($0) } }
}

/// A JSON number (RFC 8259 §6): the text as written, and the nearest double.
public struct JSONNumber: Sendable, Equatable {
    /// The number as written.
    public let literal: String
    /// The nearest double; infinite if the number is too large.
    public let double: Double

    /// Creates an integer.
    public init(_ integer: Int64) {
        literal = String(integer)
        double = Double(integer)
    }

    /// Creates a number; infinities and NaN, which JSON lacks, become zero.
    public init(_ double: Double) {
        let finite = double.isFinite ? double : 0
        literal = Int64(exactly: finite).map(String.init) ?? "\(finite)"
        self.double = finite
    }

    /// Creates a number from a literal that the parser has checked.
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
