/// A protected resource that clients can ask tokens for (RFC 8707).
package struct ResourceRecord: Sendable, Equatable {
    /// The value of `resource`, and `aud` of its tokens: an absolute URI without a fragment.
    package let uri: String
    /// For people.
    package var name: String
    /// The scope tokens that it knows.
    package var scopes: [String]
    /// `nil` means the client's.
    package var accessTokenFormat: AccessTokenFormat?
    /// `nil` means the client's.
    package var accessTokenLifetime: Duration?
    package let createdAt: UnixTime

    package init(
        uri: String, name: String = "", scopes: [String] = [], accessTokenFormat: AccessTokenFormat? = nil,
        accessTokenLifetime: Duration? = nil, createdAt: UnixTime
    ) {
        self.uri = uri
        self.name = name
        self.scopes = scopes
        self.accessTokenFormat = accessTokenFormat
        self.accessTokenLifetime = accessTokenLifetime
        self.createdAt = createdAt
    }

    /// The name that people see.
    package var shownName: String { name.isEmpty ? uri : name }
}

extension ResourceRecord {
    /// The longest URI, in bytes.
    package static let maximumLength = 2048

    /// Whether a text is an absolute URI without a fragment (RFC 8707 §2).
    package static func isResource(_ uri: String) -> Bool {
        guard let colon = uri.utf8.firstIndex(of: UInt8(ascii: ":")), uri.utf8.count <= maximumLength else {
            return false
        }
        let scheme = uri[..<colon]
        return scheme.utf8.first.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 } == true
            && scheme.utf8.allSatisfy { $0.isSchemeCharacter } && uri.utf8.index(after: colon) < uri.endIndex
            && uri.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
    }

    /// Checks that an engine can store the record and return it unchanged.
    ///
    /// - Throws: `invalid`.
    package func validate() throws(StoreError) {
        guard Self.isResource(uri) else {
            throw .invalid(
                "A resource must be an absolute URI of at most \(Self.maximumLength) bytes without a fragment, not '\(uri)'"
            )
        }
        guard !name.utf8.contains(0) else { throw .invalid("The name contains a NUL character") }
        guard scopes.allSatisfy({ ClientRecord.isScopeToken($0[...].utf8) }) else {
            throw .invalid("A scope is empty or contains a character that RFC 6749 section 3.3 does not allow")
        }
    }
}

extension UInt8 {
    /// RFC 3986 §3.1.
    fileprivate var isSchemeCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// The protected resources of one issuer. Changes count as changes of clients: watchers of clients are notified.
package protocol ResourceStore: Sendable {
    /// Returns all, in order of their URIs.
    func all() async throws(StoreError) -> [ResourceRecord]

    /// Finds a resource by its exact URI.
    func resource(_ uri: String) async throws(StoreError) -> ResourceRecord?

    /// Returns a page of resources, in order of their URIs, which are the keys.
    ///
    /// - Parameter text: part of the URI or the name, in which the case of ASCII letters is ignored; empty finds all.
    func search(
        _ text: String, at position: PagePosition, limit: Int
    ) async throws(StoreError) -> FoundPage<ResourceRecord>

    /// - Throws: `conflict` if the URI is registered, `invalid` if it is not an absolute URI without a fragment.
    func add(_ resource: ResourceRecord) async throws(StoreError)

    /// Changes a resource on the basis of the stored record, in one transaction, so that concurrent changes are not lost.
    ///
    /// - Parameter body: changes the record.
    /// - Returns: the resource afterwards.
    /// - Throws: `notFound`; `invalid` if the changed record cannot be stored or has another URI.
    func change(
        _ uri: String, _ body: @escaping @Sendable (inout ResourceRecord) -> Void
    ) async throws(StoreError) -> ResourceRecord

    /// - Throws: `notFound`.
    func remove(_ uri: String) async throws(StoreError)
}
