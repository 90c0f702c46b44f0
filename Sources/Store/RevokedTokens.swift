/// The access tokens that were revoked one by one (RFC 7009), until they expire.
package protocol RevokedTokenStore: Sendable {
    /// - Parameters:
    ///   - id: the token's `jti`, or an opaque token's identifier: 16 to 64 bytes.
    ///   - expiry: when the token expires; it is remembered until then at least.
    func revoke(_ id: [UInt8], until expiry: UnixTime) async throws(StoreError)

    func isRevoked(_ id: [UInt8]) async throws(StoreError) -> Bool

    /// - Returns: whether there was anything to remove.
    func sweepStep(at now: UnixTime) async throws(StoreError) -> Bool
}
