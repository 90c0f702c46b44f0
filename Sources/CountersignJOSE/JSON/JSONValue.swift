/// A JSON value (RFC 8259 §3), as it was written: strings compare by bytes, members keep their order.
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
    /// - Throws: `JSONError` with the byte at which it went wrong.
    public init(parsing text: [UInt8], maximumDepth: Int = JSONObject.maximumDepth) throws(JSONError) {
        self = try JSONParser.parse(text, maximumDepth: maximumDepth)
    }
}

extension JSONValue {
    /// A string.
    public static func string(_ text: String) -> JSONValue { .string(ExactString(text)) }
    /// An integer.
    public static func number(_ integer: Int) -> JSONValue { .number(JSONNumber(integer)) }
    /// An integer.
    public static func number(_ integer: Int64) -> JSONValue { .number(JSONNumber(integer)) }
    /// A finite number; infinities and NaN become zero.
    public static func number(_ double: Double) -> JSONValue { .number(JSONNumber(double)) }
    /// An array of strings.
    public static func array(_ strings: [String]) -> JSONValue { .array(strings.map { .string($0) }) }
    /// An array of objects.
    public static func array(_ objects: [JSONObject]) -> JSONValue { .array(objects.map { .object($0) }) }
}

/// Values that may be absent: `nil` leaves a member of an object literal out, and `?? .null` writes it as `null`.
extension JSONValue? {
    /// A string, if there is one.
    public static func string(_ text: String?) -> JSONValue? { text.map { .string($0) } }
    /// A string, if there is one.
    public static func string(_ text: ExactString?) -> JSONValue? { text.map { .string($0) } }
    /// An integer, if there is one.
    public static func number(_ integer: Int?) -> JSONValue? { integer.map { .number($0) } }
    /// A Boolean, if there is one.
    public static func boolean(_ flag: Bool?) -> JSONValue? { flag.map { .boolean($0) } }
    /// An object, if there is one.
    public static func object(_ object: JSONObject?) -> JSONValue? { object.map { .object($0) } }
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
