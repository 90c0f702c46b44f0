import Store
import TestSupport
import Testing

@testable import Server

@Suite("Signing in")
struct SignInTests {
    private let bench: SignInBench

    init() async throws {
        bench = try await SignInBench()
    }

    private func signIn(
        _ name: String = "alice", cookies: [String] = [], from address: String? = "198.41.0.4"
    ) async throws -> [String]? {
        guard
            case .signedIn(_, let cookies) = try await bench.attempt(
                name, SignInBench.password, cookies: cookies, from: address)
        else { return nil }
        return SignInBench.sent(cookies)
    }

    @Test("The right name and password begin a session, whatever the case of the name and the spaces around it")
    func success() async throws {
        try await SignInBench.add("bob", email: "bob@example.com", to: bench.store)
        for (name, user) in [("alice", "alice"), (" Alice ", "alice"), ("BOB@example.com", "bob")] {
            let cookies = try #require(try await signIn(name))
            let current = try await bench.sessions.current(bench.request(cookies: cookies), at: bench.clock.now)
            #expect(current?.user.name == user)
            #expect(current?.session.methods == ["pwd"])
            #expect(current?.session.authenticatedAt == bench.clock.now)
        }
    }

    @Test(
        "An unknown name, a disabled person, one without a password and a wrong password get one answer for the same work"
    )
    func sameWork() async throws {
        let disabled = try await SignInBench.add("disabled", isEnabled: false, to: bench.store)
        try await bench.store.users.add(UserRecord(name: "empty", createdAt: TestClock.start))
        let attempts = [
            ("nobody", SignInBench.password, nil), ("alice", "wrong", bench.alice.passwordHash),
            ("disabled", SignInBench.password, disabled.passwordHash), ("empty", SignInBench.password, nil),
            ("", SignInBench.password, nil), (String(repeating: "x", count: 4000), SignInBench.password, nil),
        ]
        for (number, (name, password, hash)) in attempts.enumerated() {
            #expect(try await bench.attempt(name, password) == .failed(.wrongNameOrPassword))
            #expect(bench.passwords.checks.count == number + 1)
            #expect(bench.passwords.checks.last == .some(hash))
        }
    }

    @Test("A hash with old parameters is replaced at the next sign-in, and sessions stay")
    func newHash() async throws {
        let old = RecordedPasswords.oldHash(SignInBench.password)
        try await bench.store.users.replaceHash(bench.alice.passwordHash ?? "", with: old, of: bench.alice.id)
        let (_, cookie) = try await bench.begin()
        #expect(try await signIn() != nil)
        let stored = try await bench.store.users.user(bench.alice.id)
        #expect(stored?.passwordHash == RecordedPasswords.hash(SignInBench.password))
        #expect(try await bench.current(cookie) != nil)
    }

    @Test("A sign-in whose password was changed while it was checked begins no session")
    func changedMeanwhile() async throws {
        let users = bench.store.users
        let (alice, now) = (bench.alice.id, bench.clock.now)
        let answer = try await bench.attempt("alice", SignInBench.password) {
            try? await users.setPassword(hash: RecordedPasswords.hash("a new password"), of: alice, at: now)
        }
        #expect(answer == .failed(.wrongNameOrPassword))
        #expect(try await bench.store.sessions.sessions(of: alice) == [])
        guard case .signedIn = try await bench.attempt("alice", "a new password") else {
            Issue.record("the new password does not work")
            return
        }
    }

    @Test("Events name people who exist, and nothing else that was typed")
    func events() async throws {
        _ = try await bench.attempt("my-secret-typed-into-the-wrong-field", "p4ssw0rd")
        _ = try await bench.attempt("alice", "p4ssw0rd")
        _ = try await signIn()
        #expect(
            bench.log.texts == [
                "sign-in refused: unknown name from 198.41.0.4",
                "sign-in refused: wrong password, user 'alice' from 198.41.0.4", "'alice' signed in from 198.41.0.4",
            ])
    }

    @Test("Passwords that were not checked because too many are, count as no attempt")
    func busy() async throws {
        bench.passwords.answerAlways(.busy)
        for _ in 0..<20 { #expect(try await bench.attempt() == .failed(.busy)) }
        bench.passwords.answerAlways(nil)
        #expect(bench.limits.counts == [0, 0, 0])
        #expect(try await signIn() != nil)
    }

    @Test("Five failures are free, and each further one doubles the wait, for names that exist and others")
    func doubling() async throws {
        for name in ["alice", "nobody"] {
            for _ in 0..<5 { #expect(try await bench.attempt(name, from: nil) == .failed(.wrongNameOrPassword)) }
            for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900] {
                let checks = bench.passwords.checks.count
                #expect(
                    try await bench.attempt(name, SignInBench.password, from: nil)
                        == .failed(.tooManyAttempts(wait: .seconds(wait))))
                #expect(bench.passwords.checks.count == checks)
                bench.clock.advance(by: .seconds(wait))
                #expect(try await bench.attempt(name, from: nil) == .failed(.wrongNameOrPassword))
            }
        }
    }

    @Test(
        "A user name and its e-mail address share the person's limit, and the answer does not say that they belong together"
    )
    func sharedLimit() async throws {
        try await SignInBench.add("bob", email: "bob@example.com", to: bench.store)
        for (name, email) in [("bob", "bob@example.com"), ("nobody", "nobody@example.com")] {
            for _ in 0..<5 { _ = try await bench.attempt(name, from: nil) }
            // Another answer, or less work, would reveal that the person has this address.
            let checks = bench.passwords.checks.count
            let answer = try await bench.attempt(email, SignInBench.password, from: nil)
            #expect(answer == .failed(.wrongNameOrPassword))
            #expect(bench.passwords.checks.count == checks + 1)
            #expect(bench.passwords.checks.last == .some(nil))
            #expect(
                try await bench.attempt(name, from: nil) == .failed(.tooManyAttempts(wait: .seconds(1))))
        }
        bench.clock.advance(by: .seconds(1))
        #expect(try await signIn("bob@example.com", from: nil) != nil)
    }

    @Test("Of the failures of one person with both names, five passwords are checked")
    func alternating() async throws {
        let bob = try await SignInBench.add("bob", email: "bob@example.com", to: bench.store)
        for _ in 0..<5 {
            for name in ["bob", "bob@example.com"] { _ = try await bench.attempt(name, from: nil) }
        }
        #expect(bench.passwords.checks.count == 10)
        #expect(bench.passwords.checks.count { $0 == bob.passwordHash } == 5)
    }

    @Test("An attacker elsewhere cannot lock out a browser in which the person has signed in before")
    func knownBrowser() async throws {
        let cookies = try #require(try await signIn())
        let browser = cookies.filter { $0.contains("countersign-browser") }
        for _ in 0..<100 {
            guard case .failed(.tooManyAttempts(let wait)) = try await bench.attempt(from: nil) else { continue }
            guard wait < .seconds(900) else { break }
            bench.clock.advance(by: wait)
        }
        #expect(try await signIn(from: nil) == nil)
        #expect(try await signIn(cookies: browser) != nil)
        // A typing error in it, meanwhile.
        #expect(try await bench.attempt(cookies: browser) == .failed(.wrongNameOrPassword))
        #expect(try await signIn(cookies: browser) != nil)
        // Its success has not freed the attacker.
        #expect(try await signIn(from: nil) == nil)
    }

    @Test("A known browser has a limit of its own")
    func stolenBrowser() async throws {
        let cookies = try #require(try await signIn())
        for _ in 0..<10 { #expect(try await bench.attempt(cookies: cookies) == .failed(.wrongNameOrPassword)) }
        #expect(try await bench.attempt(cookies: cookies) == .failed(.tooManyAttempts(wait: .seconds(1))))
        #expect(try await signIn() != nil)
    }

    @Test("The cookie of a known browser is worth nothing for another person, changed, or at another issuer")
    func otherPerson() async throws {
        let bob = try await SignInBench.add("bob", to: bench.store)
        let browsers = KnownBrowsers(bench.urls, keys: bench.keys)
        let cookies = SignInBench.sent(browsers.remember(bench.alice.id, in: bench.request()))
        #expect(browsers.number(for: bench.alice.id, in: bench.request(cookies: cookies)) != nil)
        #expect(browsers.number(for: bob.id, in: bench.request(cookies: cookies)) == nil)
        #expect(browsers.number(for: nil, in: bench.request(cookies: cookies)) == nil)
        let changed = cookies.map { String($0.dropLast(3)) + "AAA" }
        #expect(browsers.number(for: bench.alice.id, in: bench.request(cookies: changed)) == nil)
        let other = KnownBrowsers(try #require(ServerURLs(issuer: "https://other.example")), keys: bench.keys)
        #expect(other.number(for: bench.alice.id, in: bench.request(cookies: cookies)) == nil)
    }

    @Test("A browser knows the last eight people, and each keeps their number")
    func sharedBrowser() async throws {
        let browsers = KnownBrowsers(bench.urls, keys: bench.keys)
        let people = (1...9).map { UserID("person-\($0)") }
        var cookies: [String] = []
        var first: UInt64?
        for person in people + [people[8]] {
            cookies = SignInBench.sent(browsers.remember(person, in: bench.request(cookies: cookies)))
            let number = browsers.number(for: person, in: bench.request(cookies: cookies))
            #expect(number != nil)
            if person == people[8] {
                #expect(first == nil || first == number)
                first = number
            }
        }
        let known = people.map { browsers.number(for: $0, in: bench.request(cookies: cookies)) != nil }
        #expect(known == [false] + Array(repeating: true, count: 8))
    }
}
