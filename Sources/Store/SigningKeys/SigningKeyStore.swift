/// Keeps the server's own signing keys, sealed.
package protocol SigningKeyStore: Sendable {
    /// All keys, the oldest first.
    func signingKeys() async throws(StoreError) -> [SigningKeyRecord]

    /// Keeps a key.
    ///
    /// - Throws: `conflict` where a key of that `kid` is kept already.
    func add(_ key: SigningKeyRecord) async throws(StoreError)
}
