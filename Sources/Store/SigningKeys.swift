/// A stored signing key of the server, sealed under the master key with AES-256-GCM.
package struct SigningKeyRecord: Sendable, Equatable {
    /// The `kid` of the published public key.
    package let keyID: ExactString
    package let algorithm: SignatureAlgorithm
    /// Nonce, ciphertext and tag of the PKCS#8 encoding (RFC 5958).
    package let sealed: [UInt8]
    package let createdAt: UnixTime
    /// The time from which it signs, if it is then the newest of its algorithm. It is published before, so that all verifiers know it.
    package var signsFrom: UnixTime
    /// The time from which it is no longer published; `nil` while it is the newest of its algorithm.
    package var publishedUntil: UnixTime?

    package init(
        keyID: ExactString, algorithm: SignatureAlgorithm, sealed: [UInt8], createdAt: UnixTime,
        signsFrom: UnixTime? = nil, publishedUntil: UnixTime? = nil
    ) {
        self.keyID = keyID
        self.algorithm = algorithm
        self.sealed = sealed
        self.createdAt = createdAt
        self.signsFrom = signsFrom ?? createdAt
        self.publishedUntil = publishedUntil
    }

    /// Seals a new key.
    ///
    /// - Throws: `SealingError.notSealed`.
    package init(
        keyID: ExactString, algorithm: SignatureAlgorithm, key: SigningKey, sealedUnder masterKey: MasterKey,
        createdAt: UnixTime, signsFrom: UnixTime? = nil
    ) throws(SealingError) {
        let sealed = try masterKey.seal(Array(key.pkcs8), for: Self.purpose(of: keyID, algorithm))
        self.init(
            keyID: keyID, algorithm: algorithm, sealed: sealed, createdAt: createdAt, signsFrom: signsFrom)
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

    /// Adds keys, and changes when others sign and are published, in one transaction.
    ///
    /// - Throws: `conflict` if a new key's `kid` exists, `notFound` for a key to be changed that does not.
    func change(adding new: [SigningKeyRecord], updating known: [SigningKeyRecord]) async throws(StoreError)

    /// Changes when a key signs and is published.
    ///
    /// - Throws: `notFound`.
    func update(_ keyID: ExactString, signsFrom: UnixTime, publishedUntil: UnixTime?) async throws(StoreError)
}
