/// A signing key of the server under its `kid`.
struct ServerKey: Sendable {
    let key: SigningKey
    let algorithm: SignatureAlgorithm
    let keyID: ExactString
}

/// The server's own keys: a signing key for each algorithm in use, all published, and the keys for opaque tokens and subjects.
package struct ServerKeys: Sendable {
    package let sealing: SealingKeys
    package let publishedKeySet: JWKSet
    let pairwiseSubjects: PairwiseSubjects
    /// One for each algorithm; that of access tokens first.
    private let signing: [ServerKey]

    /// Returns the algorithms that a server signs with: that of its access tokens; RS256, which OpenID Connect demands of every server;
    /// and two that FAPI 2.0 allows.
    package static func algorithms(accessTokens algorithm: SignatureAlgorithm) -> [SignatureAlgorithm] {
        [algorithm] + [.rs256, .es256, .edDSA].filter { $0 != algorithm }
    }

    /// Opens the keys in the store, and generates the missing ones at the first start and after a change of algorithm.
    ///
    /// - Parameter algorithm: the algorithm of access tokens.
    /// - Throws: `StoreError`; `SealingError` if a key cannot be opened because the master key is wrong.
    package static func load(
        from store: any Store, masterKey: MasterKey, algorithm: SignatureAlgorithm,
        at now: UnixTime
    ) async throws -> ServerKeys {
        var records = try await store.signingKeys.all()
        // First, because a key sealed under a wrong master key could not be opened with the right one.
        for record in records { _ = try record.open(with: masterKey) }
        let algorithms = Self.algorithms(accessTokens: algorithm)
        let missing = algorithms.filter { algorithm in !records.contains { $0.algorithm == algorithm } }
        for algorithm in missing {
            let key = try SigningKey.generate(algorithm)
            let keyID = ExactString(key.verificationKey.thumbprint)
            try await store.signingKeys.add(
                try SigningKeyRecord(
                    keyID: keyID, algorithm: algorithm, key: key, sealedUnder: masterKey, createdAt: now))
        }
        if !missing.isEmpty { records = try await store.signingKeys.all() }
        // The newest key of an algorithm signs, so that nodes that start together agree on it.
        let keys = try records.sorted { $0.createdAt > $1.createdAt }.map { record in
            ServerKey(key: try record.open(with: masterKey), algorithm: record.algorithm, keyID: record.keyID)
        }
        let signing = try algorithms.map { algorithm in
            guard let key = keys.first(where: { $0.algorithm == algorithm }) else {
                throw StoreError.corrupt("it kept no \(algorithm.name) signing key although one was made")
            }
            return key
        }
        return ServerKeys(
            sealing: try await SealingKeys.load(from: store.sealingKeys, masterKey: masterKey, at: now),
            publishedKeySet: JWKSet(
                keys.map { JWK(key: $0.key.verificationKey, keyID: $0.keyID, algorithm: $0.algorithm, use: "sig") }),
            pairwiseSubjects: PairwiseSubjects(masterKey: masterKey), signing: signing)
    }

    /// The algorithms that it signs with; that of access tokens first.
    package var algorithms: [SignatureAlgorithm] { signing.map(\.algorithm) }

    /// Returns the signer of one type of JWT.
    package func signer(for type: JWTType) -> JWTSigner { JWTSigner(signing, type: type) }
}
