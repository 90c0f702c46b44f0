@_exported import Server

/// The keys that the server signs tokens with.
package struct ServerKeyAdministration: Sendable {
    private let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    /// A key and what it is used for.
    package struct Details: Sendable, Equatable {
        package let keyID: ExactString
        package let algorithm: SignatureAlgorithm
        package let state: SigningKeyState
        package let createdAt: UnixTime
        package let signsFrom: UnixTime
        /// `nil` while its end is not decided.
        package let publishedUntil: UnixTime?

        package init(
            keyID: ExactString, algorithm: SignatureAlgorithm, state: SigningKeyState, createdAt: UnixTime,
            signsFrom: UnixTime, publishedUntil: UnixTime?
        ) {
            self.keyID = keyID
            self.algorithm = algorithm
            self.state = state
            self.createdAt = createdAt
            self.signsFrom = signsFrom
            self.publishedUntil = publishedUntil
        }

        package init(_ record: SigningKeyRecord, _ state: SigningKeyState) {
            self.init(
                keyID: record.keyID, algorithm: record.algorithm, state: state, createdAt: record.createdAt,
                signsFrom: record.signsFrom, publishedUntil: record.publishedUntil)
        }
    }

    /// Returns the keys, the newest first.
    package func list(at now: UnixTime) async throws(StoreError) -> [Details] {
        let records = try await store.signingKeys.all()
        return records.reversed().map { Details($0, records.state(of: $0, at: now)) }
    }

    /// Makes the next key of each algorithm, which is published at once. The key before it stays published until its last token has
    /// expired.
    ///
    /// - Parameters:
    ///   - algorithms: `nil` for all that the server signs with.
    ///   - signsFrom: the time from which the new keys sign.
    ///   - longestLifetime: of the server's tokens by its settings; those of clients and resources are read from the store.
    package func rotate(
        _ algorithms: [SignatureAlgorithm]?, from signsFrom: UnixTime, longestLifetime: Duration, masterKey: MasterKey,
        at now: UnixTime
    ) async throws -> [Details] {
        try await changing { records in
            let used = SignatureAlgorithm.allCases.filter { records.active($0, at: now) != nil }
            guard !used.isEmpty else { throw ServerKeyFailure.noKeys }
            for algorithm in algorithms ?? [] where !used.contains(algorithm) {
                throw ServerKeyFailure.unused(algorithm)
            }
            // First, because a key sealed under a wrong master key could not be opened with the right one.
            for record in records { _ = try record.open(with: masterKey) }
            let chosen = algorithms ?? used
            for record in records where chosen.contains(record.algorithm) {
                guard records.state(of: record, at: now) != .next else {
                    throw ServerKeyFailure.hasNext(record.keyID, record.algorithm, from: record.signsFrom)
                }
            }
            // A day for clocks that differ, and for nodes that switch later.
            let lifetime = max(longestLifetime, try await longestRegisteredLifetime()) + .seconds(86_400)
            let ending = records.filter { chosen.contains($0.algorithm) && $0.publishedUntil == nil }
            return (
                try chosen.map { try Self.key($0, from: signsFrom, masterKey, at: now) },
                ending.map { $0.publishing(from: $0.signsFrom, until: signsFrom + lifetime) }
            )
        }
        return try await list(at: now)
    }

    /// Withdraws a key at once. If it signs, the next key takes its place, or a new one.
    package func retire(_ keyID: String, masterKey: MasterKey, at now: UnixTime) async throws -> [Details] {
        try await changing { records in
            guard let record = records.first(where: { $0.keyID == ExactString(keyID) }) else {
                throw ServerKeyFailure.noKey(keyID)
            }
            for record in records { _ = try record.open(with: masterKey) }
            let withdrawn = record.publishing(from: record.signsFrom, until: now)
            let sameAlgorithm = records.filter { $0.algorithm == record.algorithm }
            switch records.state(of: record, at: now) {
            case .withdrawn: return ([], [])
            case .retired: return ([], [withdrawn])
            case .active:
                guard let next = sameAlgorithm.first(where: { records.state(of: $0, at: now) == .next }) else {
                    return ([try Self.key(record.algorithm, from: now, masterKey, at: now)], [withdrawn])
                }
                return ([], [next.publishing(from: now, until: nil), withdrawn])
            case .next:
                // The key that it would have replaced goes on.
                let active = records.active(record.algorithm, at: now).map {
                    [$0.publishing(from: $0.signsFrom, until: nil)]
                }
                return ([], (active ?? []) + [withdrawn])
            }
        }
        return try await list(at: now)
    }

    /// Changes the keys in one transaction, on the basis of what they are in it: if another change comes between, it decides once more.
    ///
    /// - Parameter decide: returns new keys, and known ones as they are afterwards.
    private func changing(
        _ decide: ([SigningKeyRecord]) async throws -> (new: [SigningKeyRecord], known: [SigningKeyRecord])
    ) async throws {
        func attempt() async throws {
            let records = try await store.signingKeys.all()
            let (new, known) = try await decide(records)
            guard !new.isEmpty || !known.isEmpty else { return }
            let condition = ChangeCondition { try $0.signingKeys() == records }
            try await store.requiring(condition).signingKeys.change(adding: new, updating: known)
        }
        do {
            try await attempt()
        } catch StoreError.changed {
            try await attempt()
        }
    }

    private static func key(
        _ algorithm: SignatureAlgorithm, from signsFrom: UnixTime, _ masterKey: MasterKey, at now: UnixTime
    ) throws -> SigningKeyRecord {
        let key = try SigningKey.generate(algorithm)
        return try SigningKeyRecord(
            keyID: ExactString(key.verificationKey.thumbprint), algorithm: algorithm, key: key,
            sealedUnder: masterKey, createdAt: now, signsFrom: signsFrom)
    }

    /// Returns the longest lifetime of a token that a client or a resource has of its own.
    private func longestRegisteredLifetime() async throws(StoreError) -> Duration {
        var longest = Duration.zero
        for client in try await ClientAdministration(store).list() {
            let own = [
                client.accessTokenLifetime, client.signIn.userAccessTokenLifetime, client.signIn.idTokenLifetime,
            ]
            longest = own.compactMap(\.self).reduce(longest, max)
        }
        return try await store.resources.all().compactMap(\.accessTokenLifetime).reduce(longest, max)
    }
}

extension SigningKeyRecord {
    fileprivate func publishing(from signsFrom: UnixTime, until end: UnixTime?) -> SigningKeyRecord {
        var record = self
        (record.signsFrom, record.publishedUntil) = (signsFrom, end)
        return record
    }
}

/// The reason why an operation on the server's keys was refused.
package enum ServerKeyFailure: Error, Equatable {
    case noKey(String)
    /// The server has not started yet, or signs with no key of this data directory.
    case noKeys
    case unused(SignatureAlgorithm)
    case hasNext(ExactString, SignatureAlgorithm, from: UnixTime)
}

extension ServerKeyAdministration.Details {
    package var json: JSONObject {
        [
            "kid": .string(keyID), "alg": .string(algorithm.name), "state": .string(state.rawValue),
            "created_at": .string(createdAt.text), "signs_from": .string(signsFrom.text),
            "published_until": .string(publishedUntil?.text) ?? .null,
        ]
    }
}

extension ServerKeyAdministration {
    /// A request for the next keys.
    package struct Rotation: Sendable {
        /// `nil` for all that the server signs with.
        package let algorithms: [SignatureAlgorithm]?
        /// The time until the new keys sign.
        package let delay: Duration

        /// The shortest delay: verifiers may keep the key set for that long.
        package static let shortestDelay = HeaderFields.cacheLifetime
        /// Ten years with leap days; anything longer is a typing error.
        package static let longestDelay = Duration.seconds(3653 * 86_400)
        package static let standardDelay = Duration.seconds(86_400)

        /// - Throws: `InvalidDocument`.
        package init(_ document: JSONObject) throws(InvalidDocument) {
            var reader = DocumentReader(document)
            let names = reader.texts("algorithms", isNullable: true)
            let known = AccessTokenSettings.signingAlgorithms
            algorithms = names.map { names in known.filter { names.contains($0.name) } }
            let allowed = known.map(\.name).joined(separator: ", ")
            reader.check(names?.isEmpty != true, "algorithms", "It must not be empty. null means all.")
            for (index, name) in (names ?? []).enumerated() where !known.contains(where: { $0.name == name }) {
                reader.report("algorithms", String(index), detail: "It must be one of: \(allowed).")
            }
            let range = Int(Self.shortestDelay.components.seconds)...Int(Self.longestDelay.components.seconds)
            delay = reader.seconds("signs_in", in: range) ?? Self.standardDelay
            try reader.finish()
        }
    }
}
