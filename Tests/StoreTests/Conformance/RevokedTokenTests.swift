import Countersign
import Store
import TestSupport
import Testing

@Suite("RFC 7009: access tokens revoked one by one")
struct RevokedTokenTests {
    private static let start = TestClock.start

    @Test("A revoked token is remembered until it expires", arguments: Engine.all)
    func remembered(_ engine: Engine) async throws {
        let open = try engine.make()
        let ids = [16, 24, 64].map { Array(repeating: UInt8($0), count: $0) }
        for (index, id) in ids.enumerated() {
            #expect(try await !open.store.revokedTokens.isRevoked(id))
            try await open.store.revokedTokens.revoke(id, until: Self.start + .seconds(Int64(index + 1)))
        }
        // A repeated revocation never shortens it.
        try await open.store.revokedTokens.revoke(ids[2], until: Self.start + .seconds(1))
        let tokens = try await open.reopened().revokedTokens
        for id in ids { #expect(try await tokens.isRevoked(id)) }
        for (second, remaining) in [[0, 1, 2], [1, 2], [2], []].enumerated() {
            while try await tokens.sweepStep(at: Self.start + .seconds(Int64(second))) {}
            for (index, id) in ids.enumerated() {
                #expect(try await tokens.isRevoked(id) == remaining.contains(index), "token \(index) after \(second) s")
            }
        }
    }

    @Test("An identifier has 16 to 64 bytes", arguments: [0, 15, 65])
    func length(_ count: Int) async throws {
        let tokens = try Engine.sqlite.make().store.revokedTokens
        let id = [UInt8](repeating: 1, count: count)
        await #expect(
            throws: StoreError.invalid("The identifier of a token must have 16 to 64 bytes, not \(count)")
        ) { try await tokens.revoke(id, until: Self.start) }
        #expect(try await !tokens.isRevoked(id))
    }

    @Test("A sweep takes small steps", arguments: Engine.all)
    func steps(_ engine: Engine) async throws {
        let tokens = try engine.make().store.revokedTokens
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<450 {
                group.addTask { try await tokens.revoke(Samples.digest(number), until: Self.start) }
            }
            try await group.waitForAll()
        }
        #expect(try await !tokens.sweepStep(at: Self.start - .milliseconds(1)))
        for _ in 0..<3 { #expect(try await tokens.sweepStep(at: Self.start)) }
        #expect(try await !tokens.sweepStep(at: Self.start))
    }
}
