import Countersign

/// One of the server's own signing keys, as it is stored: sealed under the master key with AES-256-GCM.
package struct SigningKeyRecord: Sendable, Equatable {
    /// The `kid` under which its public half is published.
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
    /// - Throws: `SealingError`: another master key, or the record was changed.
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

    /// The additional authenticated data: a sealed key is good for this purpose, under this `kid`, with this algorithm only.
    private static func purpose(of keyID: ExactString, _ algorithm: SignatureAlgorithm) -> [UInt8] {
        Array("countersign/signing-key/1\0\(algorithm.name)\0\(keyID.text)".utf8)
    }
}

/// Why a sealed key cannot be made or opened.
package enum SealingError: Error, Sendable, Equatable {
    /// The seal does not open: the master key is another one, or the record was changed.
    case otherMasterKey(keyID: ExactString)
    /// The seal opens, and what is inside is not a key.
    case notAKey(keyID: ExactString)
    /// The crypto library refused to seal.
    case notSealed

    /// One sentence for people, with what to do.
    package var message: String {
        switch self {
        case .otherMasterKey(let keyID):
            "The key \(keyID.text) cannot be opened with this master key: use the master key it was sealed under."
        case .notAKey(let keyID): "The key \(keyID.text) is damaged."
        case .notSealed: "The key could not be sealed."
        }
    }
}

/// The server's own signing keys, sealed.
package protocol SigningKeyStore: Sendable {
    /// All keys, oldest first.
    func all() async throws(StoreError) -> [SigningKeyRecord]

    /// Adds a key.
    ///
    /// - Throws: `conflict` if there is a key with this `kid`.
    func add(_ key: SigningKeyRecord) async throws(StoreError)
}
