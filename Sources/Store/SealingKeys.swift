import Crypto

/// A stored key that seals opaque tokens. The key itself is sealed under the master key.
package struct SealingKeyRecord: Sendable, Equatable {
    /// In bytes.
    package static let keyLength = 32

    /// Counts the keys of a store from 1. The key with the highest number seals new tokens.
    package let number: UInt32
    /// Nonce, ciphertext and tag of the key.
    package let sealed: [UInt8]
    package let createdAt: UnixTime

    package init(number: UInt32, sealed: [UInt8], createdAt: UnixTime) {
        self.number = number
        self.sealed = sealed
        self.createdAt = createdAt
    }

    /// Generates a random key.
    ///
    /// - Throws: `SealingError.notSealed`.
    package static func generate(
        number: UInt32, sealedUnder masterKey: MasterKey, createdAt: UnixTime
    ) throws(SealingError) -> SealingKeyRecord {
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let sealed = try masterKey.seal(key, for: purpose(of: number, createdAt))
        return SealingKeyRecord(number: number, sealed: sealed, createdAt: createdAt)
    }

    /// Opens the key.
    ///
    /// - Throws: `SealingError` if the master key is a different one or the record was modified.
    package func open(with masterKey: MasterKey) throws(SealingError) -> SymmetricKey {
        guard let key = masterKey.open(sealed, for: Self.purpose(of: number, createdAt)) else {
            throw .otherMasterKey(keyID: name)
        }
        guard key.count == Self.keyLength else { throw .notAKey(keyID: name) }
        return SymmetricKey(data: key)
    }

    private var name: ExactString { ExactString("for opaque tokens, number \(number)") }

    /// The additional authenticated data: a key can be opened only for this purpose, number and creation time.
    private static func purpose(of number: UInt32, _ createdAt: UnixTime) -> [UInt8] {
        Array("countersign/sealing-key/1\0\(number)\0\(createdAt.milliseconds)".utf8)
    }
}

/// The sealed keys for opaque tokens.
package protocol SealingKeyStore: Sendable {
    /// Returns all keys in order of their numbers.
    func all() async throws(StoreError) -> [SealingKeyRecord]

    /// Adds a key.
    ///
    /// - Throws: `conflict` if another process has already added a key with this number.
    func add(_ key: SealingKeyRecord) async throws(StoreError)

    /// Removes a key, if it exists.
    func remove(_ number: UInt32) async throws(StoreError)
}
