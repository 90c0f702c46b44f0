import SQLite
import Server
import TestSupport
import Testing

@testable import Administration

@Suite("The server's keys")
struct ServerKeyAdministrationTests {
    private static let day: Duration = .seconds(86_400)

    /// A store with the keys of a server that started at `Samples.now`.
    private func withKeys(
        _ body: (ServerKeyAdministration, any Store, MasterKey, ServerKeys) async throws -> Void
    ) async throws {
        let directory = TemporaryDirectory().path
        let store = try SQLiteStore(directory: directory, clock: { Samples.now })
        let masterKey = MasterKey.generate()
        let keys = try await ServerKeys.load(from: store, masterKey: masterKey, algorithm: .es256, at: Samples.now)
        try await body(ServerKeyAdministration(store), store, masterKey, keys)
        await store.close()
    }

    /// The states of the keys of ES256, the newest first.
    private func states(_ keys: ServerKeyAdministration, at now: UnixTime) async throws -> [SigningKeyState] {
        try await keys.list(at: now).filter { $0.algorithm == .es256 }.map(\.state)
    }

    /// The `kid` of a token that the server signs now.
    private func signer(_ keys: ServerKeys) throws -> ExactString? {
        let token = try keys.signer(for: .accessToken).sign(Array("{}".utf8), with: .es256)
        return try CompactJWS(parsing: token).header.keyID
    }

    @Test("A new key is published before it signs, and the one before until its last token has expired")
    func rotation() async throws {
        try await withKeys { administration, _, masterKey, keys in
            let first = try signer(keys)
            let begin = Samples.now + Self.day
            _ = try await administration.rotate(
                [.es256], from: begin, longestLifetime: .seconds(3600), masterKey: masterKey, at: Samples.now)
            #expect(try await states(administration, at: Samples.now) == [.next, .active])
            try await keys.ring.refresh(at: begin - .seconds(1))
            #expect(try signer(keys) == first)
            #expect(keys.ring.published.keys.count == 4)

            try await keys.ring.refresh(at: begin)
            let second = try signer(keys)
            #expect(second != first)
            #expect(try await states(administration, at: begin) == [.active, .retired])
            #expect(keys.ring.published.keys.contains { $0.keyID == first })

            let end = begin + .seconds(3600) + Self.day
            try await keys.ring.refresh(at: end)
            #expect(try signer(keys) == second)
            #expect(!keys.ring.published.keys.contains { $0.keyID == first })
            #expect(try await states(administration, at: end) == [.active, .withdrawn])
        }
    }

    @Test("Of several changes at the same time one is made, and the others see it")
    func race() async throws {
        try await withKeys { administration, store, masterKey, keys in
            let begin = Samples.now + Self.day
            let made = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        do {
                            _ = try await administration.rotate(
                                [.es256], from: begin, longestLifetime: .seconds(3600), masterKey: masterKey,
                                at: Samples.now)
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == 1)
            #expect(try await states(administration, at: Samples.now) == [.next, .active])
            let active = try #require(try signer(keys)).text
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        _ = try? await administration.retire(active, masterKey: masterKey, at: Samples.now)
                    }
                }
            }
            // The next key took its place, once; no other was made.
            #expect(try await states(administration, at: Samples.now) == [.active, .withdrawn])
        }
    }

    @Test("The longest lifetime that a client has decides how long a key stays published")
    func clientLifetime() async throws {
        try await withKeys { administration, store, masterKey, _ in
            try await store.clients.add(Samples.client { $0.accessTokenLifetime = .seconds(30 * 86_400) }, keys: [])
            let keys = try await administration.rotate(
                [.es256], from: Samples.now + Self.day, longestLifetime: .seconds(3600), masterKey: masterKey,
                at: Samples.now)
            let ends = keys.compactMap(\.publishedUntil)
            #expect(ends == [Samples.now + .seconds(32 * 86_400)])
        }
    }

    @Test("A second rotation waits for the first, and an algorithm without a key is refused")
    func refusals() async throws {
        try await withKeys { administration, _, masterKey, _ in
            func rotate(_ algorithm: SignatureAlgorithm) async throws {
                _ = try await administration.rotate(
                    [algorithm], from: Samples.now + Self.day, longestLifetime: .zero, masterKey: masterKey,
                    at: Samples.now)
            }
            try await rotate(.es256)
            await #expect(throws: ServerKeyFailure.self) { try await rotate(.es256) }
            await #expect(throws: ServerKeyFailure.unused(.ps512)) { try await rotate(.ps512) }
            await #expect(throws: SealingError.self) {
                try await administration.rotate(
                    nil, from: Samples.now, longestLifetime: .zero, masterKey: .generate(), at: Samples.now)
            }
        }
    }

    @Test("A withdrawn key is no longer published, and another one signs at once")
    func retirement() async throws {
        try await withKeys { administration, _, masterKey, keys in
            let first = try #require(try signer(keys))
            _ = try await administration.retire(first.text, masterKey: masterKey, at: Samples.now)
            try await keys.ring.refresh(at: Samples.now)
            let second = try #require(try signer(keys))
            #expect(second != first)
            #expect(!keys.ring.published.keys.contains { $0.keyID == first })
            #expect(
                try await states(administration, at: Samples.now).sorted { $0.rawValue < $1.rawValue } == [
                    .active, .withdrawn,
                ])
            await #expect(throws: ServerKeyFailure.noKey("x")) {
                try await administration.retire("x", masterKey: masterKey, at: Samples.now)
            }
        }
    }

    @Test("Withdrawing the active key activates the next one; withdrawing the next one keeps the active one")
    func retirementWithNext() async throws {
        for withdrawsNext in [false, true] {
            try await withKeys { administration, _, masterKey, keys in
                let rotated = try await administration.rotate(
                    [.es256], from: Samples.now + Self.day, longestLifetime: .zero, masterKey: masterKey,
                    at: Samples.now)
                let next = try #require(rotated.first { $0.state == .next }).keyID
                let active = try #require(try signer(keys))
                let withdrawn = withdrawsNext ? next : active
                let after = try await administration.retire(withdrawn.text, masterKey: masterKey, at: Samples.now)
                try await keys.ring.refresh(at: Samples.now)
                #expect(try signer(keys) == (withdrawsNext ? active : next))
                #expect(after.filter { $0.algorithm == .es256 }.count == 2)
                #expect(
                    after.first { $0.state == .active && $0.algorithm == .es256 }?.publishedUntil == nil)
            }
        }
    }

    @Test("A new server key works in a server that starts later")
    func restart() async throws {
        try await withKeys { administration, store, masterKey, _ in
            let begin = Samples.now + Self.day
            let rotated = try await administration.rotate(
                [.es256], from: begin, longestLifetime: .zero, masterKey: masterKey, at: Samples.now)
            let next = rotated.first { $0.state == .next }?.keyID
            let later = try await ServerKeys.load(from: store, masterKey: masterKey, algorithm: .es256, at: begin)
            #expect(try signer(later) == next)
        }
    }
}
