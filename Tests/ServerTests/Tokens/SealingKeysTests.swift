import Countersign
import Store
import SQLite
import Crypto
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("Rotation of sealing keys")
struct SealingKeysTests {
    private static let day = Duration.seconds(86_400)

    private func numbers(_ bench: TokenBench) async throws -> [UInt32] {
        try await bench.store.sealingKeys.all().map(\.number)
    }

    @Test("A key seals for 30 days")
    func period() async throws {
        let bench = try await TokenBench()
        try await bench.keys.renew(at: TestClock.start + SealingKeys.period - .milliseconds(1))
        #expect(try await numbers(bench) == [1])
        try await bench.keys.renew(at: TestClock.start + SealingKeys.period)
        #expect(try await numbers(bench) == [1, 2])
        #expect(bench.keys.newest?.number == 2)
    }

    @Test("A token opens until its expiry, also after key rotation; a key is removed once all its tokens have expired")
    func retirement() async throws {
        let bench = try await TokenBench()
        let tokens = bench.tokens()
        let replaced = TestClock.start + SealingKeys.period
        let token = TokenBench.token(at: replaced - .seconds(1), lifetime: ClientRecord.longestAccessTokenLifetime)
        let sealed = try #require(tokens.seal(token))
        try await bench.keys.renew(at: replaced)
        #expect(try tokens.unseal(sealed, at: replaced) == token)

        let last = token.expiry - .milliseconds(1)
        try await bench.keys.renew(at: last)
        #expect(try tokens.unseal(sealed, at: last) == token)
        #expect(throws: OpaqueTokenFault.expired) { try tokens.unseal(sealed, at: token.expiry) }

        try await bench.keys.renew(at: token.expiry + Self.day + .seconds(1))
        #expect(throws: OpaqueTokenFault.unknownKey) { try tokens.unseal(sealed, at: token.expiry) }
        #expect(try await numbers(bench) == [2, 3])
    }

    @Test("A restarted server opens earlier tokens")
    func restart() async throws {
        let bench = try await TokenBench()
        let token = TokenBench.token()
        let sealed = try #require(bench.tokens().seal(token))
        let later = TestClock.start + .seconds(60)
        let keys = try await SealingKeys.load(
            from: try SQLiteStore(directory: bench.directory.path, role: .administration).sealingKeys,
            masterKey: bench.masterKey,
            at: later)
        let tokens = OpaqueTokens(issuer: "https://as.example", keys: keys)
        #expect(try tokens.unseal(sealed, at: later) == token)
        #expect(try await numbers(bench) == [1])
    }

    @Test("RFC 5869 §2.3: a token's key is derived with HKDF-Expand", arguments: [0, 1, 31, 64, 300])
    func derivation(_ length: Int) {
        let secret = SymmetricKey(size: .bits256)
        let info = RandomBytes.make(min(length, 256)) + [UInt8](repeating: 7, count: max(0, length - 256))
        let key = SealingKeys.Key(number: 1, secret: secret)
        #expect(
            key.derived(for: info)
                == HKDF<SHA256>.expand(pseudoRandomKey: secret, info: info, outputByteCount: 32))
        #expect(key.derived(for: info) == key.derived(for: info))
        #expect(key.derived(for: info) != key.derived(for: info + [1]))
    }

    @Test("Servers that rotate concurrently end up with the same key")
    func race() async throws {
        let bench = try await TokenBench()
        let later = TestClock.start + SealingKeys.period
        let others = try await withThrowingTaskGroup(of: SealingKeys.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await SealingKeys.load(from: bench.store.sealingKeys, masterKey: bench.masterKey, at: later)
                }
            }
            return try await group.reduce(into: [SealingKeys]()) { $0.append($1) }
        }
        #expect(others.allSatisfy { $0.newest?.number == 2 })
        #expect(try await numbers(bench) == [1, 2])
    }

    @Test("A temporarily wrong clock neither invalidates tokens early nor stops rotation")
    func wrongClock() async throws {
        let bench = try await TokenBench()
        let tokens = bench.tokens()
        let token = TokenBench.token()
        let sealed = try #require(tokens.seal(token))
        // Ten years ahead, back to the epoch, then correct again.
        for time in [TestClock.start + Self.day * 3650, UnixTime(seconds: 0), TestClock.start] {
            try await bench.keys.renew(at: time)
        }
        #expect(try tokens.unseal(sealed, at: TestClock.start) == token)
        #expect(try await bench.store.sealingKeys.all().last?.createdAt == TestClock.start)
    }

    @Test("Without the master key, the files of a store reveal neither the sealing key nor tokens")
    func stolenDatabase() async throws {
        let bench = try await TokenBench()
        let token = TokenBench.token(client: "a-client-nobody-else-has")
        let sealed = try #require(bench.tokens().seal(token))
        let record = try #require(try await bench.store.sealingKeys.all().first)
        let secret = try record.open(with: bench.masterKey).withUnsafeBytes { Data($0) }
        await bench.store.close()
        let files = try FileManager.default.contentsOfDirectory(atPath: bench.directory.path)
        #expect(!files.isEmpty)
        for file in files {
            let contents = try Data(contentsOf: URL(fileURLWithPath: bench.directory.path + "/" + file))
            for part in [secret, secret.prefix(16), Data(sealed), Data(token.id), Data(token.client.text.utf8)] {
                #expect(contents.range(of: part) == nil)
            }
        }
        let thief = try SQLiteStore(directory: bench.directory.path, role: .administration)
        await #expect(throws: SealingError.self) {
            try await SealingKeys.load(
                from: thief.sealingKeys, masterKey: .generate(), at: TestClock.start + SealingKeys.period * 20)
        }
        // A process that cannot open the keys neither removes nor adds any.
        #expect(try await thief.sealingKeys.all().map(\.number) == [1])
    }
}
