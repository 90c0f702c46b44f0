/// Keeps the keys under which opaque tokens are sealed, sealed themselves.
package protocol SealingKeyStore: Sendable {
    /// All keys, by their numbers.
    func sealingKeys() async throws(StoreError) -> [SealingKeyRecord]

    /// Keeps a key.
    ///
    /// - Throws: `conflict` where a key of that number is kept already: another process was faster.
    func add(_ key: SealingKeyRecord) async throws(StoreError)

    /// Removes a key. Nothing happens where there is none of that number.
    func removeSealingKey(_ number: UInt32) async throws(StoreError)
}
