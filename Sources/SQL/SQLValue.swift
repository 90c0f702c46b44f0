/// A value of a column. Times are integers in milliseconds since 1970, booleans 0 or 1.
package enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}

/// A type whose values are stored in a column.
package protocol SQLConvertible: Sendable {
    var sqlValue: SQLValue { get }

    /// - Returns: `nil` for a value that is unknown to this version.
    init?(sqlValue: SQLValue)
}

/// A row that is decoded column by column, from left to right.
package struct SQLRow {
    private let values: [SQLValue]
    private let columns: [String]
    private var position = 0
    /// The name of the record in errors.
    var subject = "a record"

    package init(_ values: [SQLValue], columns: [String]) {
        self.values = values
        self.columns = columns
    }

    /// Decodes the next column.
    ///
    /// - Throws: `corrupt` for a value that is unknown to this version.
    mutating func next<Value: SQLConvertible>(_ type: Value.Type = Value.self) throws(StoreError) -> Value {
        defer { position += 1 }
        guard let value = Value(sqlValue: values[position]) else {
            throw .corrupt("\(subject) has an unknown value in \(columns[position])")
        }
        return value
    }

    /// Decodes text that may contain any character, NUL included, and is therefore stored as bytes.
    mutating func nextFreeText() throws(StoreError) -> String? {
        try next([UInt8]?.self).map { String(decoding: $0, as: UTF8.self) }
    }

    mutating func nextKey() throws(StoreError) -> JWK {
        do {
            return try JWK(JSONObject(parsing: Array(try next(String.self).utf8)))
        } catch {
            throw .corrupt("\(subject) cannot be read: \(error)")
        }
    }

    /// Decodes space-separated words.
    mutating func nextWords() throws(StoreError) -> [String] {
        try next(String.self).split(separator: " ").map(String.init)
    }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    package var sqlValue: SQLValue { self?.sqlValue ?? .null }

    package init?(sqlValue: SQLValue) {
        if case .null = sqlValue {
            self = Optional.none
        } else {
            guard let value = Wrapped(sqlValue: sqlValue) else { return nil }
            self = .some(value)
        }
    }
}

/// A type that is stored as an integer.
protocol SQLInteger: SQLConvertible {
    var sqlInteger: Int64 { get }
    init?(sqlInteger: Int64)
}

extension SQLInteger {
    package var sqlValue: SQLValue { .integer(sqlInteger) }

    package init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self.init(sqlInteger: value)
    }
}

extension SQLInteger where Self: BinaryInteger {
    var sqlInteger: Int64 { Int64(self) }
    init?(sqlInteger: Int64) { self.init(exactly: sqlInteger) }
}

extension Int64: SQLInteger {}
extension Int: SQLInteger {}
extension UInt32: SQLInteger {}

extension IssuerNumber: SQLInteger {
    var sqlInteger: Int64 { Int64(rawValue) }

    init?(sqlInteger: Int64) {
        guard let number = UInt32(exactly: sqlInteger) else { return nil }
        self.init(rawValue: number)
    }
}

extension Bool: SQLInteger {
    var sqlInteger: Int64 { self ? 1 : 0 }
    init?(sqlInteger: Int64) { self = sqlInteger != 0 }
}

extension UnixTime: SQLInteger {
    var sqlInteger: Int64 { milliseconds }
    init?(sqlInteger: Int64) { self.init(milliseconds: sqlInteger) }
}

extension Duration: SQLInteger {
    var sqlInteger: Int64 { milliseconds }
    init?(sqlInteger: Int64) { self = .milliseconds(sqlInteger) }
}

extension String: SQLConvertible {
    package var sqlValue: SQLValue { .text(self) }

    package init?(sqlValue: SQLValue) {
        guard case .text(let value) = sqlValue else { return nil }
        self = value
    }
}

extension [UInt8]: SQLConvertible {
    package var sqlValue: SQLValue { .bytes(self) }

    package init?(sqlValue: SQLValue) {
        guard case .bytes(let value) = sqlValue else { return nil }
        self = value
    }
}

/// A type that is stored as text.
protocol SQLText: SQLConvertible {
    var sqlText: String { get }
    init?(sqlText: String)
}

extension SQLText {
    package var sqlValue: SQLValue { .text(sqlText) }

    package init?(sqlValue: SQLValue) {
        guard case .text(let value) = sqlValue else { return nil }
        self.init(sqlText: value)
    }
}

extension SQLText where Self: RawRepresentable<String> {
    var sqlText: String { rawValue }
    init?(sqlText: String) { self.init(rawValue: sqlText) }
}

extension AuthenticationMethod: SQLText {}
extension AudienceProfile: SQLText {}
extension AssertionPolicy.CertificateValidity: SQLText {}
extension AccessTokenFormat: SQLText {}

extension ClientID: SQLText {
    var sqlText: String { text }
    init?(sqlText: String) { self.init(ExactString(sqlText)) }
}

extension ExactString: SQLText {
    var sqlText: String { text }
    init?(sqlText: String) { self.init(sqlText) }
}

extension SignatureAlgorithm: SQLText {
    var sqlText: String { name }
    init?(sqlText: String) { self.init(name: ExactString(sqlText)) }
}
