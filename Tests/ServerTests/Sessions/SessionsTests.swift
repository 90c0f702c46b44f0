import Store
import TestSupport
import Testing

@testable import Server

@Suite("Sessions of people in their browsers")
struct SessionsTests {
    private static let hour: Duration = .seconds(3600)

    @Test("The browser that signed in is recognised by its cookie, and no other value is")
    func recognised() async throws {
        let bench = try await SignInBench()
        let (signedIn, cookie) = try await bench.begin()
        #expect(try await bench.current(cookie)?.user.name == "alice")
        #expect(try await bench.current(cookie)?.session == signedIn.session)
        #expect(try await bench.current() == nil)
        #expect(try await bench.current(String(cookie.dropLast())) == nil)
        #expect(try await bench.current(cookie + "A") == nil)
        #expect(try await bench.current("__Host-countersign-session=\(signedIn.session.id)") == nil)
        #expect(try await bench.current(cookie.replacing("cs_se_", with: "cs_rt_")) == nil)
    }

    @Test("The store has neither the secret of a cookie nor anything that leads to it")
    func digest() async throws {
        let bench = try await SignInBench()
        let (signedIn, cookie) = try await bench.begin()
        let secret = String(cookie.drop { $0 != "=" }.dropFirst())
        #expect(signedIn.session.digest == IssuedSecret(secret, .session)?.digest)
        #expect(!secret.contains(signedIn.session.id))
    }

    @Test("Two cookies of the name sign nobody in, in either order: one was planted")
    func tossing() async throws {
        let bench = try await SignInBench()
        let (_, mine) = try await bench.begin()
        let (_, planted) = try await bench.begin(try await SignInBench.add("mallory", to: bench.store))
        #expect(try await bench.current(mine, planted) == nil)
        #expect(try await bench.current(planted, mine) == nil)
    }

    @Test("Signing in gives a new secret and ends the old session of the browser: session fixation")
    func fixation() async throws {
        let bench = try await SignInBench()
        let mallory = try await SignInBench.add("mallory", to: bench.store)
        let (_, planted) = try await bench.begin(mallory)
        let (_, cookie) = try await bench.begin(cookies: [planted])
        #expect(cookie != planted)
        #expect(try await bench.current(planted) == nil)
        #expect(try await bench.current(cookie)?.user.id == bench.alice.id)
    }

    @Test("A value that somebody made up is never adopted as the secret of a session")
    func madeUp() async throws {
        let bench = try await SignInBench()
        let planted = "__Host-countersign-session=cs_se_" + String(repeating: "A", count: 43)
        let (_, cookie) = try await bench.begin(cookies: [planted])
        #expect(try await bench.current(planted) == nil)
        #expect(try await bench.current(cookie) != nil)
    }

    @Test("Signing in again keeps the `sid` for the same person alone, with a new time and a new secret")
    func sessionID() async throws {
        let bench = try await SignInBench()
        let (first, cookie) = try await bench.begin()
        bench.clock.advance(by: .seconds(60))
        let (second, next) = try await bench.begin(cookies: [cookie])
        #expect(second.session.id == first.session.id)
        #expect(second.session.digest != first.session.digest)
        #expect(second.session.authenticatedAt == first.session.authenticatedAt + .seconds(60))
        let (third, _) = try await bench.begin(try await SignInBench.add("bob", to: bench.store), cookies: [next])
        #expect(third.session.id != first.session.id)
    }

    @Test(
        "A session ends after its lifetime or without use, at the second",
        arguments: [
            (lifetime: 12, idle: 2, steps: [7199], isValid: true), (12, 2, [7200], false),
            (12, 2, [7000, 7000, 7000], true), (2, 2, [4000, 3199], true), (2, 2, [4000, 3200], false),
        ])
    func limits(lifetime: Int, idle: Int, steps: [Int], isValid: Bool) async throws {
        let bench = try await SignInBench {
            $0.lifetime = Self.hour * lifetime
            $0.idleLimit = Self.hour * idle
        }
        let (_, cookie) = try await bench.begin()
        for step in steps.dropLast() {
            bench.clock.advance(by: .seconds(step))
            #expect(try await bench.current(cookie) != nil)
            await bench.sessions.writeUses()
        }
        bench.clock.advance(by: .seconds(steps.last ?? 0))
        #expect(try await (bench.current(cookie) != nil) == isValid)
    }

    @Test("A lifetime that was lowered holds for sessions that have begun before")
    func loweredLifetime() async throws {
        let bench = try await SignInBench()
        let (_, cookie) = try await bench.begin()
        var settings = SessionSettings()
        settings.lifetime = .seconds(600)
        let sessions = Sessions(bench.urls, store: bench.store.sessions, settings, bench.log.runtime(bench.clock))
        bench.clock.advance(by: .seconds(599))
        #expect(try await sessions.current(bench.request(cookies: [cookie]), at: bench.clock.now) != nil)
        bench.clock.advance(by: .seconds(1))
        #expect(try await sessions.current(bench.request(cookies: [cookie]), at: bench.clock.now) == nil)
    }

    @Test(
        "After the clock was set back, sessions from its future end, except for the difference between nodes",
        arguments: [(-60, true), (-61, false), (-86_400, false)])
    func clockSetBack(_ seconds: Int, _ isValid: Bool) async throws {
        let bench = try await SignInBench()
        let (_, cookie) = try await bench.begin()
        bench.clock.advance(by: .seconds(seconds))
        #expect(try await (bench.current(cookie) != nil) == isValid)
    }

    @Test("A use is written once a minute and in the background")
    func uses() async throws {
        let bench = try await SignInBench()
        let (signedIn, cookie) = try await bench.begin()
        func lastUse() async throws -> Duration? {
            try await bench.store.sessions.session(signedIn.session.digest).map {
                $0.session.lastUsedAt - TestClock.start
            }
        }
        for (advance, written) in [(59, 0), (1, 60), (30, 60), (30, 120)] {
            bench.clock.advance(by: .seconds(advance))
            _ = try await bench.current(cookie)
            await bench.sessions.writeUses()
            #expect(try await lastUse() == .seconds(written))
        }
    }

    @Test("A person who is disabled or removed has no session, and gets none")
    func disabled() async throws {
        let bench = try await SignInBench()
        let (_, cookie) = try await bench.begin()
        var alice = bench.alice
        alice.isEnabled = false
        try await bench.store.users.replace(alice)
        #expect(try await bench.current(cookie) == nil)
        #expect(
            try await bench.sessions.begin(for: bench.alice, methods: [], in: bench.request(), at: bench.clock.now)
                == nil)
        try await bench.store.users.remove(alice.id, at: bench.clock.now)
        #expect(
            try await bench.sessions.begin(for: bench.alice, methods: [], in: bench.request(), at: bench.clock.now)
                == nil)
    }

    @Test("Ending a session ends it in the store, deletes its cookie and leaves the person's others")
    func end() async throws {
        let bench = try await SignInBench()
        let (signedIn, cookie) = try await bench.begin()
        let (_, other) = try await bench.begin()
        let deletion = try await bench.sessions.end(signedIn, at: bench.clock.now)
        #expect(deletion == "__Host-countersign-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0")
        #expect(try await bench.current(cookie) == nil)
        #expect(try await bench.current(other) != nil)
    }
}
