/// The server's own keys: signing keys, one of which signs access tokens and all of which are published, and sealing keys.
package struct ServerKeys: Sendable {
    let signer: AccessTokenSigner
    package let sealing: SealingKeys
    let publishedKeySet: JWKSet

    /// Opens the keys in the store, and generates a signing key at the first start and after a change of algorithm.
    ///
    /// - Throws: `StoreError`; `SealingError` if a key cannot be opened because the master key is wrong.
    package static func load(
        from store: any Store, masterKey: MasterKey, algorithm: SignatureAlgorithm,
        at now: UnixTime
    ) async throws -> ServerKeys {
        var records = try await store.signingKeys.all()
        // First, because a key sealed under a wrong master key could not be opened with the right one.
        for record in records { _ = try record.open(with: masterKey) }
        if !records.contains(where: { $0.algorithm == algorithm }) {
            let key = try SigningKey.generate(algorithm)
            let keyID = ExactString(key.verificationKey.thumbprint)
            try await store.signingKeys.add(
                try SigningKeyRecord(
                    keyID: keyID, algorithm: algorithm, key: key, sealedUnder: masterKey, createdAt: now))
            records = try await store.signingKeys.all()
        }
        var signer: AccessTokenSigner?
        var published: [JWK] = []
        // The newest key of the algorithm signs, so that nodes that start together agree on it.
        for record in records.sorted(by: { $0.createdAt > $1.createdAt }) {
            let key = try record.open(with: masterKey)
            published.append(
                JWK(key: key.verificationKey, keyID: record.keyID, algorithm: record.algorithm, use: "sig"))
            if signer == nil, record.algorithm == algorithm {
                signer = AccessTokenSigner(key: key, algorithm: algorithm, keyID: record.keyID)
            }
        }
        guard let signer else {
            throw StoreError.corrupt("it kept no \(algorithm.name) signing key although one was made")
        }
        let sealing = try await SealingKeys.load(from: store.sealingKeys, masterKey: masterKey, at: now)
        return ServerKeys(signer: signer, sealing: sealing, publishedKeySet: JWKSet(published))
    }
}
