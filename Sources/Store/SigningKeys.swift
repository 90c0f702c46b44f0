/// A stored signing key of the server, sealed under the master key with AES-256-GCM.
package struct SigningKeyRecord: Sendable, Equatable {
    /// The `kid` of the published public key.
    package let keyID: ExactString
    package let algorithm: SignatureAlgorithm
    /// Nonce, ciphertext and tag of the PKCS#8 encoding (RFC 5958).
    package let sealed: [UInt8]
    package let createdAt: UnixTime

    package init(keyID: ExactString, algorithm: SignatureAlgorithm, sealed: [UInt8], createdAt: UnixTime) {
        self.keyID = keyID
        self.algorithm = algorithm
        self.sealed = sealed
        self.createdAt = createdAt
    }

    /// Seals a new key.
    ///
    /// - Throws: `SealingError.notSealed`.
    package init(
        keyID: ExactString, algorithm: SignatureAlgorithm, key: SigningKey, sealedUnder masterKey: MasterKey,
        createdAt: UnixTime
    ) throws(SealingError) {
        let sealed = try masterKey.seal(Array(key.pkcs8), for: Self.purpose(of: keyID, algorithm))
        self.init(keyID: keyID, algorithm: algorithm, sealed: sealed, createdAt: createdAt)
    }

    /// Opens the key.
    ///
    /// - Throws: `SealingError` if the master key is a different one or the record was modified.
    package func open(with masterKey: MasterKey) throws(SealingError) -> SigningKey {
        guard let pkcs8 = masterKey.open(sealed, for: Self.purpose(of: keyID, algorithm)) else {
            throw .otherMasterKey(keyID: keyID)
        }
        do {
            return try SigningKey(pkcs8: pkcs8)
        } catch {
            throw .notAKey(keyID: keyID)
        }
    }

    /// The additional authenticated data: a key can be opened only for this purpose, `kid` and algorithm.
    private static func purpose(of keyID: ExactString, _ algorithm: SignatureAlgorithm) -> [UInt8] {
        Array("countersign/signing-key/1\0\(algorithm.name)\0\(keyID.text)".utf8)
    }
}

/// Why a key cannot be sealed or opened.
package enum SealingError: Error, Sendable, Equatable {
    /// The master key is a different one, or the record was modified.
    case otherMasterKey(keyID: ExactString)
    /// The decrypted content is not a valid key.
    case notAKey(keyID: ExactString)
    /// The cryptographic library reported an error.
    case notSealed

    /// The problem and its remedy, in one sentence.
    package var message: String {
        switch self {
        case .otherMasterKey(let keyID):
            "The key \(keyID.text) cannot be opened with this master key: use the master key it was sealed under."
        case .notAKey(let keyID): "The key \(keyID.text) is damaged."
        case .notSealed: "The key could not be sealed."
        }
    }
}

/// The server's sealed signing keys.
package protocol SigningKeyStore: Sendable {
    /// Returns all keys, oldest first.
    func all() async throws(StoreError) -> [SigningKeyRecord]

    /// Adds a key.
    ///
    /// - Throws: `conflict` if a key with this `kid` exists.
    func add(_ key: SigningKeyRecord) async throws(StoreError)
}
