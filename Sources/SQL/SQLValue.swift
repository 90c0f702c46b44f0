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

/// A row that is decoded column by column, from left to right. It must not outlive its statement's step, because the names of columns are
/// read from the statement.
package struct SQLRow {
    private let values: [SQLValue]
    private let columnName: (Int) -> String
    private var position = 0
    /// The name of the record in errors.
    var subject = "a record"

    /// - Parameter columnName: returns the name of a column, from 0, for errors.
    package init(_ values: [SQLValue], columnName: @escaping (Int) -> String) {
        self.values = values
        self.columnName = columnName
    }

    /// Decodes the next column.
    ///
    /// - Throws: `corrupt` for a value that is unknown to this version.
    mutating func next<Value: SQLConvertible>(_ type: Value.Type = Value.self) throws(StoreError) -> Value {
        defer { position += 1 }
        guard let value = Value(sqlValue: values[position]) else {
            throw .corrupt("\(subject) has an unknown value in \(columnName(position))")
        }
        return value
    }

    /// Decodes text that may contain any character, NUL included, and is therefore stored as bytes.
    mutating func nextFreeText() throws(StoreError) -> String? {
        try next([UInt8]?.self).map { String(decoding: $0, as: UTF8.self) }
    }

    mutating func nextKey() throws(StoreError) -> JWK {
        let object = try nextObject()
        do {
            return try JWK(object)
        } catch {
            throw .corrupt("\(subject) cannot be read: \(error)")
        }
    }

    /// Decodes a JSON object.
    mutating func nextObject() throws(StoreError) -> JSONObject {
        guard let object = try nextOptionalObject() else { throw .corrupt("\(subject) cannot be read") }
        return object
    }

    /// Decodes a JSON object, or NULL.
    mutating func nextOptionalObject() throws(StoreError) -> JSONObject? {
        switch try nextJSON() {
        case nil: return nil
        case .object(let object): return object
        default: throw .corrupt("\(subject) cannot be read")
        }
    }

    /// Decodes a JSON array of strings.
    mutating func nextTexts() throws(StoreError) -> [String] {
        guard case .array(let elements) = try nextJSON() else { throw .corrupt("\(subject) cannot be read") }
        return try elements.map { element throws(StoreError) in
            guard case .string(let text) = element else { throw .corrupt("\(subject) cannot be read") }
            return text.text
        }
    }

    private mutating func nextJSON() throws(StoreError) -> JSONValue? {
        guard let text = try next(String?.self) else { return nil }
        do {
            return try JSONValue(parsing: Array(text.utf8))
        } catch {
            throw .corrupt("\(subject) cannot be read: \(error)")
        }
    }

    /// Decodes space-separated words.
    mutating func nextWords() throws(StoreError) -> [String] {
        Self.words(try next())
    }

    /// Decodes space-separated words, or NULL.
    mutating func nextOptionalWords() throws(StoreError) -> [String]? {
        try next(String?.self).map(Self.words)
    }

    /// Decodes the grants of a client, as space-separated words.
    mutating func nextGrants() throws(StoreError) -> [GrantType] {
        try grants(try nextWords())
    }

    /// Decodes the grants of a client, or NULL.
    mutating func nextOptionalGrants() throws(StoreError) -> [GrantType]? {
        guard let words = try nextOptionalWords() else { return nil }
        return try grants(words)
    }

    private func grants(_ words: [String]) throws(StoreError) -> [GrantType] {
        try words.map { word throws(StoreError) in
            guard let grant = GrantType(rawValue: word) else {
                throw .corrupt("\(subject) has an unknown value in grants")
            }
            return grant
        }
    }

    /// - Parameter text: space-separated words.
    static func words(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
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

extension Int64: SQLConvertible {
    package var sqlValue: SQLValue { .integer(self) }

    package init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self = value
    }
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

/// A type that is stored as a simpler one: an integer or a text.
protocol SQLRepresentable: SQLConvertible {
    associatedtype Stored: SQLConvertible
    var stored: Stored { get }
    init?(stored: Stored)
}

extension SQLRepresentable {
    package var sqlValue: SQLValue { stored.sqlValue }

    package init?(sqlValue: SQLValue) {
        guard let stored = Stored(sqlValue: sqlValue) else { return nil }
        self.init(stored: stored)
    }
}

extension SQLRepresentable where Self: BinaryInteger {
    var stored: Int64 { Int64(self) }
    init?(stored: Int64) { self.init(exactly: stored) }
}

extension Int: SQLRepresentable {}
extension UInt32: SQLRepresentable {}

extension Bool: SQLRepresentable {
    var stored: Int64 { self ? 1 : 0 }
    init?(stored: Int64) { self = stored != 0 }
}

extension UnixTime: SQLRepresentable {
    var stored: Int64 { milliseconds }
    init?(stored: Int64) { self.init(milliseconds: stored) }
}

extension Duration: SQLRepresentable {
    var stored: Int64 { milliseconds }
    init?(stored: Int64) { self = .milliseconds(stored) }
}

extension SQLRepresentable where Self: RawRepresentable<String> {
    var stored: String { rawValue }
    init?(stored: String) { self.init(rawValue: stored) }
}

extension AuthenticationMethod: SQLRepresentable {}
extension AudienceProfile: SQLRepresentable {}
extension AssertionPolicy.CertificateValidity: SQLRepresentable {}
extension AccessTokenFormat: SQLRepresentable {}

extension ClientID: SQLRepresentable {
    var stored: String { text }
    init?(stored: String) { self.init(ExactString(stored)) }
}

extension ExactString: SQLRepresentable {
    var stored: String { text }
    init?(stored: String) { self.init(stored) }
}

extension Reference: SQLRepresentable {
    var stored: String { text }
    init?(stored: String) { self.init(stored) }
}

extension SignatureAlgorithm: SQLRepresentable {
    var stored: String { name }
    init?(stored: String) { self.init(name: ExactString(stored)) }
}
