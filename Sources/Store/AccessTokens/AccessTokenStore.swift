import Countersign

/// Keeps opaque access tokens, as digests only.
public protocol AccessTokenStore: Sendable {
    /// Keeps a token; it is durable when this returns.
    func save(_ token: AccessTokenRecord) async throws(StoreError)

    /// The token of that digest, or `nil`: unknown, or removed after its expiry. One that has just expired may still be found.
    ///
    /// - Parameter digest: SHA-256 of the token.
    func accessToken(digest: [UInt8]) async throws(StoreError) -> AccessTokenRecord?
}
