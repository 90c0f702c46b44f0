import Countersign

/// Everything a server keeps, in one engine.
///
/// Every engine passes the same conformance tests. An answer that something was written is given when it is durable; the
/// audit log alone is written later.
package protocol Store:
    ClientStore, KeyStoreStore, RemoteKeySetStore, KeyUseStore, SigningKeyStore, SealingKeyStore, AuditLog,
    ProvenClientURLStore, ReplayGuard
{
    /// What keeps the store from writing now, or `nil` where nothing does.
    func obstacle() async -> String?

    /// Writes what waits to be written and lets go of the data. No other call may follow.
    func close() async

    /// Removes one small step of what has expired, which is used `jti`s.
    ///
    /// - Returns: whether there was anything to remove.
    func sweepStep() async throws(StoreError) -> Bool
}
