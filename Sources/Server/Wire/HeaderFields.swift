/// HTTP header fields (RFC 9110 §5) in order; names are case-insensitive and may repeat. The HTTP parser limits their number and size.
package struct HeaderFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    package private(set) var fields: [Field] = []

    package init(dictionaryLiteral fields: (String, String)...) {
        self.fields = fields.map { Field(name: $0, value: $1) }
    }

    package mutating func reserveCapacity(_ count: Int) {
        fields.reserveCapacity(count)
    }

    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// The value of a field; the values of a repeated field are joined into a list (RFC 9110 §5.3, RFC 9113 §8.2.3).
    package subscript(name: StaticString) -> String? {
        var value: String?
        for field in fields where field.name.isField(name) {
            value = value.map { $0 + (field.name.isField("cookie") ? "; " : ", ") + field.value } ?? field.value
        }
        return value
    }

    /// RFC 6749 §5.1: a response that carries a token, or an error, is not cached.
    package static let noStore: HeaderFields = ["Cache-Control": "no-store", "Pragma": "no-cache"]
    /// RFC 9111 §5.2.2.5, for content that changes over time.
    package static let uncached: HeaderFields = ["Cache-Control": "no-store"]
    /// For public documents, which rarely change; five minutes hardly delay a key rotation.
    package static let cacheable: HeaderFields = [
        "Cache-Control": "public, max-age=\(cacheLifetime.milliseconds / 1000)"
    ]
    /// How long everybody may keep a `cacheable` response, such as the key set.
    package static let cacheLifetime: Duration = .seconds(300)
}

extension String {
    /// Compares field names, ignoring the case of ASCII letters (RFC 9110 §5.1).
    package func isField(_ name: StaticString) -> Bool { self[...].utf8.equalsIgnoringCase(name) }
}
