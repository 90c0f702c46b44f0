import Synchronization

/// What a signing key of the server is used for.
package enum SigningKeyState: String, Sendable {
    /// Published, and not yet used.
    case next
    /// Signs.
    case active
    /// Published until its last token has expired.
    case retired
    /// No longer published.
    case withdrawn
}

extension [SigningKeyRecord] {
    /// Returns the keys that are published, the newest first.
    func published(at now: UnixTime) -> [SigningKeyRecord] {
        filter { key in key.publishedUntil.map { now < $0 } ?? true }.sorted { $0.createdAt > $1.createdAt }
    }

    /// Returns the key that signs with an algorithm: the published one that began last, so that nodes that start together agree on it.
    package func active(_ algorithm: SignatureAlgorithm, at now: UnixTime) -> SigningKeyRecord? {
        let keys = published(at: now).filter { $0.algorithm == algorithm }
        // After the clock was set back, a key that has signed before goes on.
        let begun = keys.filter { $0.signsFrom <= now }
        return (begun.isEmpty ? keys : begun).max { ($0.signsFrom, $0.createdAt) < ($1.signsFrom, $1.createdAt) }
    }

    /// Returns the algorithms that a server with these keys signs with once it has started, those of every server first.
    package func algorithms(at now: UnixTime) -> [SignatureAlgorithm] {
        let common = ServerKeys.commonAlgorithms
        return common
            + SignatureAlgorithm.allCases.filter { !common.contains($0) && active($0, at: now) != nil }
    }

    package func state(of key: SigningKeyRecord, at now: UnixTime) -> SigningKeyState {
        if let end = key.publishedUntil, end <= now { return .withdrawn }
        if active(key.algorithm, at: now)?.keyID == key.keyID { return .active }
        return now < key.signsFrom ? .next : .retired
    }
}

/// A signing key of the server under its `kid`. Its tokens of one type have the same header, which is encoded once.
struct ServerKey: Sendable {
    let key: SigningKey
    let algorithm: SignatureAlgorithm
    let keyID: ExactString
    let encodedHeaders: [JWTType: [UInt8]]

    init(_ record: SigningKeyRecord, _ key: SigningKey) {
        (self.key, algorithm, keyID) = (key, record.algorithm, record.keyID)
        encodedHeaders = Dictionary(
            uniqueKeysWithValues: JWTType.allCases.map { type in
                let header: JSONObject = [
                    "typ": .string(type.rawValue), "alg": .string(record.algorithm.name), "kid": .string(record.keyID),
                ]
                return (type, Base64URL.encoded(header.rendered()))
            })
    }

    var published: JWK {
        JWK(key: key.verificationKey, keyID: keyID, algorithm: algorithm, use: "sig")
    }
}

/// The server's signing keys, read again from the store every few seconds, so that a running server follows what its operator changes.
///
/// A class because signers, verifiers and the published set share it.
package final class SigningKeyRing: Sendable {
    /// How long a change may take to arrive.
    static let interval: Duration = .seconds(3)

    /// The keys at one time.
    struct Snapshot: Sendable {
        let signing: [SignatureAlgorithm: ServerKey]
        let published: JWKSet
        /// The published keys by `kid`.
        let verifying: [ExactString: JWK]
        /// The published set as JSON.
        let document: [UInt8]
    }

    private struct State {
        var opened: [ExactString: ServerKey]
        var snapshot: Snapshot
    }

    private let store: any SigningKeyStore
    private let masterKey: MasterKey
    private let state: Mutex<State>

    /// - Throws: `SealingError` if a key cannot be opened.
    init(_ records: [SigningKeyRecord], in store: any SigningKeyStore, _ masterKey: MasterKey, at now: UnixTime) throws
    {
        self.store = store
        self.masterKey = masterKey
        state = Mutex(try Self.state(records, reusing: [:], masterKey, at: now))
    }

    var current: Snapshot { state.withLock { $0.snapshot } }

    package var published: JWKSet { current.published }

    /// Reads the keys again.
    package func refresh(at now: UnixTime) async throws {
        let records = try await store.all()
        let opened = state.withLock { $0.opened }
        let new = try Self.state(records, reusing: opened, masterKey, at: now)
        state.withLock { $0 = new }
    }

    /// Reads the keys again after a change of them. The change stands if they cannot be read: that is reported, and tried again soon.
    package func refreshOrReport(_ runtime: Runtime) async {
        do {
            try await refresh(at: runtime.clock())
        } catch {
            runtime.report(.signingKeysNotRead(ServerKeys.problem(error)))
        }
    }

    /// Reads the keys again and again until its task is cancelled.
    func run(_ runtime: Runtime) async {
        await repeatedly(every: Self.interval) { await self.refreshOrReport(runtime) }
    }

    private static func state(
        _ records: [SigningKeyRecord], reusing opened: [ExactString: ServerKey], _ masterKey: MasterKey,
        at now: UnixTime
    ) throws -> State {
        let published = records.published(at: now)
        var keys: [ExactString: ServerKey] = [:]
        for record in published {
            keys[record.keyID] = try opened[record.keyID] ?? ServerKey(record, record.open(with: masterKey))
        }
        var signing: [SignatureAlgorithm: ServerKey] = [:]
        for algorithm in Set(published.map(\.algorithm)) {
            signing[algorithm] = records.active(algorithm, at: now).flatMap { keys[$0.keyID] }
        }
        let set = JWKSet(published.compactMap { keys[$0.keyID]?.published })
        let verifying = keys.mapValues(\.published)
        return State(
            opened: keys,
            snapshot: Snapshot(
                signing: signing, published: set, verifying: verifying, document: Array(set.render().utf8)))
    }
}
