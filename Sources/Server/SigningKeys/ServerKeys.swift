/// The server's own keys: a signing key for each algorithm in use, all published, and the keys for opaque tokens and pairwise identifiers.
package struct ServerKeys: Sendable {
    package let sealing: SealingKeys
    /// The keys that sign, and those that are published.
    package let ring: SigningKeyRing
    let pairwiseIdentifiers: PairwiseIdentifiers
    let changeLog: ChangeLogKey
    /// The algorithms that it signs with; that of access tokens first.
    package let algorithms: [SignatureAlgorithm]

    /// The algorithms that every server signs with: RS256, which OpenID Connect demands, and two that FAPI 2.0 allows.
    package static let commonAlgorithms: [SignatureAlgorithm] = [.rs256, .es256, .edDSA]

    /// Returns the algorithms that a server signs with: that of its access tokens, and those of every server.
    package static func algorithms(accessTokens algorithm: SignatureAlgorithm) -> [SignatureAlgorithm] {
        [algorithm] + commonAlgorithms.filter { $0 != algorithm }
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
        let missing = algorithms.filter { records.active($0, at: now) == nil }
        for algorithm in missing {
            let key = try SigningKey.generate(algorithm)
            let keyID = ExactString(key.verificationKey.thumbprint)
            try await store.signingKeys.add(
                try SigningKeyRecord(
                    keyID: keyID, algorithm: algorithm, key: key, sealedUnder: masterKey, createdAt: now))
        }
        if !missing.isEmpty { records = try await store.signingKeys.all() }
        for algorithm in algorithms where records.active(algorithm, at: now) == nil {
            throw StoreError.corrupt("it kept no \(algorithm.name) signing key although one was made")
        }
        return ServerKeys(
            sealing: try await SealingKeys.load(from: store.sealingKeys, masterKey: masterKey, at: now),
            ring: try SigningKeyRing(records, in: store.signingKeys, masterKey, at: now),
            pairwiseIdentifiers: PairwiseIdentifiers(masterKey: masterKey), changeLog: ChangeLogKey(masterKey),
            algorithms: algorithms)
    }

    /// Describes why keys could not be read or renewed, for the log.
    static func problem(_ error: any Error) -> String {
        (error as? StoreError)?.message ?? (error as? SealingError)?.message ?? "\(error)"
    }

    /// Returns the signer of one type of JWT.
    package func signer(for type: JWTType) -> JWTSigner { JWTSigner(ring, type: type) }
}
