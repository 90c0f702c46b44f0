import TOMLKit

/// A value as an operator wrote it, before it is interpreted.
package enum TOMLValue: Sendable, Equatable {
    /// Untyped text from the environment or a flag.
    case untyped(String)
    /// A TOML string.
    case string(String)
    case integer(Int)
    case boolean(Bool)
    /// A TOML array of strings.
    case strings([String])
    /// The name of a type that no setting has.
    case other(String)

    /// The text of a word or a string.
    package var stringValue: String? {
        switch self {
        case .untyped(let text), .string(let text): text
        case .integer, .boolean, .strings, .other: nil
        }
    }

    /// A single value as text.
    package var scalar: String? {
        switch self {
        case .untyped(let text), .string(let text): text
        case .integer(let number): String(number)
        case .boolean(let flag): String(flag)
        case .strings, .other: nil
        }
    }

    package init(_ value: any TOMLValueConvertible) {
        switch value.type {
        case .string: self = .string(value.string ?? "")
        case .int: self = value.int.map { .integer($0) } ?? .other("an integer")
        case .bool: self = value.bool.map { .boolean($0) } ?? .other("a boolean")
        case .array:
            let texts = value.array?.map(\.string) ?? [nil]
            let strings = texts.compactMap(\.self)
            self = strings.count == texts.count ? .strings(strings) : .other("a list of something else")
        case .table: self = .other("a table")
        case .double: self = .other(value.double.map { "\($0)" } ?? "a number")
        case .date, .time, .dateTime: self = .other("a date or time")
        }
    }
}
