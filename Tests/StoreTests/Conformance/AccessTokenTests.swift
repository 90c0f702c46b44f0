import Countersign
import CountersignStore
import Testing

@Suite("Opaque access tokens")
struct AccessTokenTests {
    @Test("A token is found by its digest", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        try await open.store.save(Samples.token("a"))
        #expect(try await open.store.accessToken(digest: Samples.token("a").digest) == Samples.token("a"))
        #expect(try await open.store.accessToken(digest: Samples.token("b").digest) == nil)
        #expect(try await open.another().accessToken(digest: Samples.token("a").digest) == Samples.token("a"))
    }

    @Test("A token without scope comes back without scope", arguments: Engine.all)
    func noScope(_ engine: Engine) async throws {
        let open = try engine.make()
        let token = AccessTokenRecord(
            digest: [1], clientID: ClientID("billing"), scope: [], audience: "", issuedAt: TestClock.start,
            expiresAt: TestClock.start + .seconds(60))
        try await open.store.save(token)
        #expect(try await open.store.accessToken(digest: [1]) == token)
    }

    @Test("A digest is kept once", arguments: Engine.all)
    func conflict(_ engine: Engine) async throws {
        let open = try engine.make()
        try await open.store.save(Samples.token("a"))
        await #expect(throws: StoreError.conflict("An access token of that digest")) {
            try await open.store.save(Samples.token("a"))
        }
    }

    @Test("Tokens and claims that come together are all written", arguments: Engine.all)
    func together(_ engine: Engine) async throws {
        let open = try engine.make()
        let store = open.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    #expect(try await store.claim(Samples.claim("\(number)")) == .firstUse)
                    try await store.save(Samples.token("\(number)"))
                }
            }
            try await group.waitForAll()
        }
        for number in 0..<200 {
            #expect(try await store.accessToken(digest: Samples.token("\(number)").digest) != nil)
        }
    }

    @Test("A token is there until its expiry, and removed some time after", arguments: Engine.all)
    func removed(_ engine: Engine) async throws {
        let open = try engine.make()
        try await open.store.save(Samples.token("long", expiresIn: .seconds(86_400)))
        open.clock.advance(by: .seconds(1800))
        try await open.store.save(Samples.token("short", expiresIn: .seconds(1801)))
        open.clock.advance(by: .seconds(7200))
        try await open.store.save(Samples.token("later", expiresIn: .seconds(86_400)))
        while try await open.store.sweepStep() {}
        #expect(try await open.store.accessToken(digest: Samples.token("long").digest) != nil)
        #expect(try await open.store.accessToken(digest: Samples.token("short").digest) == nil)
        #expect(try await open.store.accessToken(digest: Samples.token("later").digest) != nil)
    }
}
