import Countersign
import Crypto

/// A secret key of the server's own under which opaque tokens are sealed, as it is stored: sealed itself, under the master key.
package struct SealingKeyRecord: Sendable, Equatable {
    /// Its length in bytes.
    package static let keyLength = 32

    /// Counts the keys of one store from 1. The one with the highest number seals.
    package let number: UInt32
    /// Nonce, ciphertext and tag of the key.
    package let sealed: [UInt8]
    package let createdAt: UnixTime

    package init(number: UInt32, sealed: [UInt8], createdAt: UnixTime) {
        self.number = number
        self.sealed = sealed
        self.createdAt = createdAt
    }

    /// Makes a new key at random.
    ///
    /// - Throws: `SealingError.notSealed`.
    package init(
        newWithNumber number: UInt32, sealedUnder masterKey: MasterKey, createdAt: UnixTime
    ) throws(SealingError) {
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let sealed = try masterKey.seal(key, for: Self.purpose(of: number, createdAt))
        self.init(number: number, sealed: sealed, createdAt: createdAt)
    }

    /// Opens the key.
    ///
    /// - Throws: `SealingError`: another master key, or the record was changed.
    package func open(with masterKey: MasterKey) throws(SealingError) -> SymmetricKey {
        guard let key = masterKey.open(sealed, for: Self.purpose(of: number, createdAt)) else {
            throw .otherMasterKey(keyID: name)
        }
        guard key.count == Self.keyLength else { throw .notAKey(keyID: name) }
        return SymmetricKey(data: key)
    }

    private var name: ExactString { ExactString("for opaque tokens, number \(number)") }

    /// The additional authenticated data: a key opens for this purpose, under this number and with this age only.
    private static func purpose(of number: UInt32, _ createdAt: UnixTime) -> [UInt8] {
        Array("countersign/sealing-key/1\0\(number)\0\(createdAt.milliseconds)".utf8)
    }
}

/// The keys under which opaque tokens are sealed, sealed themselves.
package protocol SealingKeyStore: Sendable {
    /// All keys in order of their numbers.
    func all() async throws(StoreError) -> [SealingKeyRecord]

    /// Adds a key.
    ///
    /// - Throws: `conflict` if there is a key with this number: another process was faster.
    func add(_ key: SealingKeyRecord) async throws(StoreError)

    /// Removes a key, if it exists.
    func remove(_ number: UInt32) async throws(StoreError)
}
