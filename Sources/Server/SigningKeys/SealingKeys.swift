import Crypto
import Synchronization

/// The keys that seal opaque tokens: the newest one seals, and older ones open their tokens until those expire.
///
/// A class because a key is replaced while the server runs. Each opaque token takes a short lock.
package final class SealingKeys: Sendable {
    /// How long a key seals before a new one replaces it.
    static let period: Duration = .seconds(30 * 86_400)
    /// How far another node's clock may be ahead. A key from further in the future was made before the clock was set back, and would be
    /// replaced too late.
    private static let clockDifference: Duration = .seconds(86_400)
    /// How long a key is kept after a newer one was made: until its last token has expired, plus a day for all nodes to switch.
    private static let retention = ClientRecord.longestAccessTokenLifetime + .seconds(86_400)

    /// An opened key.
    struct Key: Sendable {
        let number: UInt32
        private let keyed: HMAC<SHA256>

        init(number: UInt32, secret: SymmetricKey) {
            self.number = number
            keyed = HMAC(key: secret)
        }

        /// Derives 256 bits, the first block of HKDF-Expand (RFC 5869 §2.3), with a prepared HMAC. The secret is uniformly random, so no
        /// extraction is needed (§3.3).
        func derived(for info: [UInt8]) -> SymmetricKey {
            var block = keyed
            block.update(data: info)
            block.update(data: [0x01])
            return SymmetricKey(data: block.finalize())
        }
    }

    /// Joins texts into the information of a derivation, each with its length, so that different texts never produce the same bytes.
    static func context(_ parts: [String]) -> [UInt8] {
        parts.reduce(into: []) {
            $0.append(bigEndian: UInt32($1.utf8.count))
            $0.append(contentsOf: $1.utf8)
        }
    }

    private let store: any SealingKeyStore
    private let masterKey: MasterKey
    /// Sorted by number; never empty.
    private let keys: Mutex<[Key]>

    private init(_ keys: [Key], in store: any SealingKeyStore, _ masterKey: MasterKey) {
        self.store = store
        self.masterKey = masterKey
        self.keys = Mutex(keys)
    }

    /// Opens the keys in the store, and generates one at the first start and every 30 days.
    ///
    /// - Throws: `StoreError`; `SealingError` if a key cannot be opened because the master key is wrong.
    static func load(
        from store: any SealingKeyStore, masterKey: MasterKey, at now: UnixTime
    ) async throws -> SealingKeys {
        SealingKeys(try await renewed(store, masterKey, at: now), in: store, masterKey)
    }

    /// The key that seals.
    var newest: Key? { keys.withLock { $0.last } }

    /// Returns the key with a number, unless it has been removed.
    subscript(number: UInt32) -> Key? {
        keys.withLock { keys in keys.last { $0.number == number } }
    }

    /// Reads the keys again, generates one if it is due, and removes those whose last token has expired.
    package func renew(at now: UnixTime) async throws {
        let renewed = try await Self.renewed(store, masterKey, at: now)
        keys.withLock { $0 = renewed }
    }

    /// Renews the keys regularly until its task is cancelled.
    func run(_ runtime: Runtime) async {
        await repeatedly(every: .seconds(3600)) {
            do {
                try await self.renew(at: runtime.clock())
            } catch {
                runtime.report(.sealingKeysNotRenewed(ServerKeys.problem(error)))
            }
        }
    }

    private static func renewed(
        _ store: any SealingKeyStore, _ masterKey: MasterKey, at now: UnixTime
    ) async throws -> [Key] {
        func open(_ records: [SealingKeyRecord]) throws -> [Key] {
            try records.map { Key(number: $0.number, secret: try $0.open(with: masterKey)) }
        }
        var records = try await store.all()
        // First, so that no key is generated or removed with the wrong master key.
        var keys = try open(records)
        let newest = records.last
        if newest.map({ $0.createdAt + period <= now || now + clockDifference < $0.createdAt }) ?? true {
            let last = newest?.number ?? 0
            guard last < .max else { throw StoreError.corrupt("the numbers of sealing keys are used up") }
            do {
                try await store.add(
                    SealingKeyRecord.generate(number: last + 1, sealedUnder: masterKey, createdAt: now))
            } catch StoreError.conflict {
                // Another process has added a key at the same time: all use that one.
            }
            records = try await store.all()
            keys = try open(records)
        }
        guard !keys.isEmpty else { throw StoreError.corrupt("it kept no key for opaque tokens although one was made") }
        let ended = Set(endedKeys(records, at: now))
        for number in ended { try await store.remove(number) }
        return keys.filter { !ended.contains($0.number) }
    }

    /// Returns the numbers of keys whose last token has expired; the newest is never among them.
    private static func endedKeys(_ records: [SealingKeyRecord], at now: UnixTime) -> [UInt32] {
        zip(records, records.dropFirst()).compactMap { record, successor in
            // At least the period, in case the clock was wrong when the newer key was made: tokens must not end early.
            let lastUse = max(successor.createdAt, record.createdAt + period)
            return lastUse + retention <= now ? record.number : nil
        }
    }
}
