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
}

/// The protected resources of one issuer. Changes count as changes of clients: watchers of clients are notified.
package protocol ResourceStore: Sendable {
    /// Returns all, in order of their URIs.
    func all() async throws(StoreError) -> [ResourceRecord]

    /// - Throws: `conflict` if the URI is registered, `invalid` if it is not an absolute URI without a fragment.
    func add(_ resource: ResourceRecord) async throws(StoreError)

    /// - Throws: `notFound`.
    func update(_ resource: ResourceRecord) async throws(StoreError)

    /// - Throws: `notFound`.
    func remove(_ uri: String) async throws(StoreError)
}
