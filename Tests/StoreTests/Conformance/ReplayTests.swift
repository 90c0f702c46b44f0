import Countersign
import Store
import Foundation
import TestSupport
import Testing

@Suite("Rule 24: a jti is claimed once")
struct ReplayTests {
    @Test("The second claim of a jti is a replay", arguments: Engine.all)
    func secondClaim(_ engine: Engine) async throws {
        let open = try engine.make()
        #expect(try await open.store.replay.claim(Samples.claim("a")) == .firstUse)
        #expect(try await open.store.replay.claim(Samples.claim("a")) == .replayed)
        #expect(try await open.store.replay.claim(Samples.claim("b")) == .firstUse)
    }

    @Test("A jti used by client A can still be used by client B", arguments: Engine.all)
    func perClient(_ engine: Engine) async throws {
        let open = try engine.make()
        #expect(try await open.store.replay.claim(Samples.claim("a", of: "A")) == .firstUse)
        #expect(try await open.store.replay.claim(Samples.claim("a", of: "B")) == .firstUse)
        #expect(try await open.store.replay.claim(Samples.claim("a", of: "A")) == .replayed)
    }

    @Test("Client and jti are not concatenated, and clients are compared as bytes", arguments: Engine.all)
    func keptApart(_ engine: Engine) async throws {
        let open = try engine.make()
        // Pairs with equal concatenations; é precomposed and decomposed; an identifier that contains a NUL.
        let claims: [(String, [UInt8])] = [
            ("ab", [0x63]), ("a", [0x62, 0x63]), ("abc", []), ("é", [1]), ("e\u{301}", [1]), ("x\0y", [1]), ("x", [1]),
        ]
        for (client, digest) in claims {
            let claim = ReplayClaim(client: ClientID(client), digest: digest, expiry: TestClock.start + .seconds(90))
            #expect(try await open.store.replay.claim(claim) == .firstUse, "\(client)")
            #expect(try await open.store.replay.claim(claim) == .replayed, "\(client)")
        }
    }

    @Test("Of 64 simultaneous claims of one jti exactly one is the first use, 1,000 times", arguments: Engine.all)
    func race(_ engine: Engine) async throws {
        let open = try engine.make()
        let store = open.store
        for round in 0..<1000 {
            let claim = Samples.claim("round \(round)")
            let firstUses = try await withThrowingTaskGroup(of: ReplayVerdict.self) { group in
                for _ in 0..<64 { group.addTask { try await store.replay.claim(claim) } }
                return try await group.reduce(0) { $0 + ($1 == .firstUse ? 1 : 0) }
            }
            #expect(firstUses == 1, "round \(round)")
        }
    }

    @Test("A second server on the same data is refused, and the first keeps working", arguments: Engine.all)
    func secondServer(_ engine: Engine) async throws {
        let open = try engine.make()
        #expect(throws: StoreError.inUse(directory: open.directory.path, process: Int(getpid()))) {
            try engine.open(open.directory, .server, open.clock)
        }
        #expect(try await open.store.replay.claim(Samples.claim("a")) == .firstUse)
        #expect(try await open.reopened().replay.claim(Samples.claim("a")) == .replayed)
    }

    @Test("A store opened for administration refuses claims", arguments: Engine.all)
    func administration(_ engine: Engine) async throws {
        let open = try engine.make()
        let other = try open.another()
        await #expect(throws: StoreUnavailable.self) { try await other.replay.claim(Samples.claim("a")) }
        #expect(try await open.store.replay.claim(Samples.claim("a")) == .firstUse)
    }

    @Test("A closed store refuses claims", arguments: Engine.all)
    func closed(_ engine: Engine) async throws {
        let open = try engine.make()
        await open.store.close()
        await #expect(throws: StoreUnavailable.self) { try await open.store.replay.claim(Samples.claim("a")) }
    }

    @Test("Each of many simultaneous, different claims gets its own answer", arguments: Engine.all)
    func manyAtOnce(_ engine: Engine) async throws {
        let open = try engine.make()
        let store = open.store
        for jti in 0..<500 where jti.isMultiple(of: 3) { _ = try await store.replay.claim(Samples.claim("\(jti)")) }
        let replayed = try await withThrowingTaskGroup(of: (Int, ReplayVerdict).self) { group in
            for jti in 0..<500 { group.addTask { (jti, try await store.replay.claim(Samples.claim("\(jti)"))) } }
            return try await group.reduce(into: Set<Int>()) { if $1.1 == .replayed { $0.insert($1.0) } }
        }
        #expect(replayed == Set((0..<500).filter { $0.isMultiple(of: 3) }))
    }

    @Test("The used jtis of a client stay used when it is removed and registered again", arguments: Engine.all)
    func removedClient(_ engine: Engine) async throws {
        let open = try engine.make()
        try await open.store.clients.add(Samples.client(), keys: [])
        #expect(try await open.store.replay.claim(Samples.claim("a")) == .firstUse)
        try await open.store.clients.remove(ClientID("billing"))
        try await open.store.clients.add(Samples.client(), keys: [])
        #expect(try await open.store.replay.claim(Samples.claim("a")) == .replayed)
    }

    @Test("A used jti stays used after the store is reopened", arguments: Engine.all)
    func reopened(_ engine: Engine) async throws {
        let open = try engine.make()
        #expect(try await open.store.replay.claim(Samples.claim("a")) == .firstUse)
        #expect(try await open.reopened().replay.claim(Samples.claim("a")) == .replayed)
    }

    @Test("A claim of an expired assertion is not decided", arguments: Engine.all)
    func tooLate(_ engine: Engine) async throws {
        let open = try engine.make()
        open.clock.advance(by: .seconds(3600))
        await #expect(throws: StoreUnavailable.self) { try await open.store.replay.claim(Samples.claim("a")) }
    }
}
