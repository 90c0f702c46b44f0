import Crypto
import CryptoExtras
import Foundation

/// The result of checking a password.
package enum PasswordVerdict: Sendable, Equatable {
    /// - Parameter needsNewHash: whether the stored hash is cheaper to guess than a new one would be.
    case right(needsNewHash: Bool)
    case wrong
    /// Too many checks are waiting. Nothing was checked; the person can try again.
    case busy
}

/// Why a password was not hashed.
package enum PasswordHashingError: Error, Sendable, Equatable {
    /// Too many computations are waiting.
    case busy
    /// The memory for the computation is not available.
    case failed
}

/// Hashing and checking of passwords with scrypt (RFC 7914), on threads of their own.
///
/// The bounds on computations that run and wait are shared by the copies of a hasher: a server has one.
package struct PasswordHasher: Sendable {
    private let cost: PasswordCost
    private let threads: PasswordThreads

    /// - Parameters:
    ///   - concurrency: how many computations run at once.
    ///   - waiting: how many more may wait; further ones are `busy`. A quarter is reserved for new hashes and known browsers, so that others
    ///     cannot take all the places.
    ///   - niceness: how far other threads take precedence when processors are scarce, from 0 to 19 (nice(1)).
    package init(_ cost: PasswordCost = .standard, concurrency: Int = 2, waiting: Int = 16, niceness: Int32 = 0) {
        self.cost = cost
        threads = PasswordThreads(
            concurrency: concurrency, waiting: waiting, reserved: waiting / 4, niceness: niceness)
    }

    /// The number of computations that wait for a thread.
    var waitingCount: Int { threads.waitingCount }

    /// Hashes a new password with a random salt.
    package func hash(_ password: String) async throws(PasswordHashingError) -> String {
        let (cost, salt) = (cost, RandomBytes.make(PasswordHash.saltLength))
        let bytes = Self.bytes(of: password)
        let hash = await threads.run(isPreferred: true) { Self.scrypt(bytes, salt, cost) }
        guard let hash else { throw .busy }
        guard let hash else { throw .failed }
        return PasswordHash(cost: cost, salt: salt, hash: hash).text
    }

    /// Checks a password.
    ///
    /// - Parameters:
    ///   - hash: what `hash` returned; without a valid one, or with a cheaper one, the computation costs the same, so that timing does not
    ///   reveal which people exist or have a password.
    ///   - isPreferred: whether it may use the places that are reserved for people who have proved before who they are.
    package func verify(
        _ password: String, against hash: String?, isPreferred: Bool = false
    ) async -> PasswordVerdict {
        let stored = hash.flatMap(PasswordHash.init(parsing:))
        let cost = stored?.cost ?? cost
        let salt = stored?.salt ?? [UInt8](repeating: 0, count: PasswordHash.saltLength)
        // The limit of new passwords; nothing longer can be right.
        let isTooLong = password.utf8.count > PasswordRules.maximumLength * 4
        let bytes = isTooLong ? [] : Self.bytes(of: password)
        // After the configured cost has risen, hashes from before are cheaper.
        let rest = cost.rest(to: self.cost)
        let computed = await threads.run(isPreferred: isPreferred) {
            for cost in rest { _ = Self.scrypt(bytes, salt, cost) }
            return Self.scrypt(bytes, salt, cost)
        }
        guard let computed else { return .busy }
        guard let stored, let computed, !isTooLong, Self.areEqual(computed, stored.hash) else { return .wrong }
        return .right(needsNewHash: stored.cost.work < self.cost.work)
    }

    /// NIST SP 800-63B-4 §3.1.1.2: the text is normalized (NFC) before it is hashed, because keyboards differ in how they compose characters.
    private static func bytes(of password: String) -> [UInt8] {
        Array(password.precomposedStringWithCanonicalMapping.utf8)
    }

    static func scrypt(_ password: [UInt8], _ salt: [UInt8], _ cost: PasswordCost) -> [UInt8]? {
        try? KDF.Scrypt.deriveKey(
            from: password, salt: salt, outputByteCount: PasswordHash.hashLength, rounds: cost.rounds,
            blockSize: cost.blockSize, parallelism: cost.parallelism
        ).withUnsafeBytes(Array.init)
    }

    /// Compares without a branch that depends on the contents.
    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
