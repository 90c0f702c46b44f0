import Store
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("Password checks of one person at once")
final class PasswordPlacesTests: Sendable {
    private let bench: SignInBench
    private let passwords = HeldPasswords()
    private let signIn: SignIn
    private let ended = Mutex<[SignIn.Outcome]>([])

    init() async throws {
        bench = try await SignInBench()
        signIn = SignIn(
            bench.urls, users: bench.store.users, sessions: bench.sessions, passwords: passwords, keys: bench.keys,
            bench.log.runtime(bench.clock))
    }

    /// Sends sign-ins with the right password at the same time, and waits until each has ended or is being checked.
    ///
    /// - Returns: how many are being checked.
    private func send(
        _ attempts: [(name: String, address: String, cookies: [String])], in group: inout TaskGroup<Void>
    ) async -> Int {
        let before = passwords.begun + ended.withLock(\.count)
        let checked = passwords.begun
        for attempt in attempts {
            group.addTask { [self] in
                let outcome = try? await signIn.signIn(
                    name: attempt.name, password: SignInBench.password,
                    in: bench.request("POST", cookies: attempt.cookies, from: attempt.address), at: bench.clock.now)
                ended.withLock { $0.append(outcome ?? .failed(.expired)) }
            }
        }
        while passwords.begun + ended.withLock({ $0.count }) < before + attempts.count { await Task.yield() }
        return passwords.begun - checked
    }

    private func send(
        _ count: Int, _ name: (Int) -> String = { _ in "alice" },
        from address: (Int) -> String = { "198.41.0.\($0)" }, cookies: [String] = [],
        in group: inout TaskGroup<Void>
    ) async -> Int {
        await send((0..<count).map { (name($0), address($0), cookies) }, in: &group)
    }

    @Test("One person has two places, and leaves the others to the rest")
    func onePerson() async throws {
        let bob = try await SignInBench.add("bob", to: bench.store)
        await withTaskGroup(of: Void.self) { group in
            #expect(await send(4, in: &group) == 2)
            #expect(ended.withLock { $0 } == [.failed(.busy), .failed(.busy)])
            #expect(await send(3, { _ in "bob" }, in: &group) == 2)
            passwords.release()
        }
        #expect(try await bench.store.sessions.sessions(of: bob.id).count == 2)
        // A place is free again, and the attempts that found none do not count as failed.
        let outcome = try await signIn.signIn(
            name: "alice", password: SignInBench.password, in: bench.request("POST"), at: bench.clock.now)
        guard case .signedIn = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test("Those who take a person's places elsewhere do not take those of a known browser")
    func knownBrowser() async throws {
        let known = SignInBench.sent(bench.signIn.remember(bench.alice, in: bench.request()))
        await withTaskGroup(of: Void.self) { group in
            #expect(await send(4, in: &group) == 2)
            #expect(await send(3, from: { _ in "198.41.0.0" }, cookies: known, in: &group) == 2)
            passwords.release()
        }
    }

    @Test(
        "One address has eight places, but a private network or a reverse proxy has as many as there are",
        arguments: [("198.41.0.4", 8), ("2001:200::7", 8), ("10.0.0.1", 12)])
    func oneAddress(_ address: String, expected: Int) async throws {
        await withTaskGroup(of: Void.self) { group in
            #expect(await send(12, { "name \($0)" }, from: { _ in address }, in: &group) == expected)
            passwords.release()
        }
    }

    @Test("Changing the password takes no other place than the check of the old one")
    func newPassword() async throws {
        let known = SignInBench.sent(bench.signIn.remember(bench.alice, in: bench.request()))
        let request = bench.request("POST", cookies: known)
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<2 {
                group.addTask { [signIn, bench] in
                    try await signIn.hash(
                        "a quite different passphrase", replacing: SignInBench.password, of: bench.alice, in: request,
                        at: bench.clock.now)
                }
            }
            while passwords.begun < 2 { await Task.yield() }
            await #expect(throws: SignInPage.Failure.busy) {
                try await signIn.hash(
                    "a quite different passphrase", replacing: SignInBench.password, of: bench.alice, in: request,
                    at: bench.clock.now)
            }
            passwords.release()
            for try await hash in group { #expect(hash == RecordedPasswords.hash("a quite different passphrase")) }
        }
    }

    @Test("A person who proves the password a hundred times must wait; only the right password counts")
    func proofs() async throws {
        passwords.release()
        for number in 0..<20 { _ = try await bench.attempt("alice", "wrong", from: "198.41.1.\(number)") }
        let known = SignInBench.sent(bench.signIn.remember(bench.alice, in: bench.request()))
        func prove() async throws -> SignIn.Outcome {
            try await bench.attempt("alice", SignInBench.password, cookies: known)
        }
        for _ in 0..<SignInLimits.proofsAtOnce {
            guard case .signedIn = try await prove() else {
                Issue.record("refused")
                return
            }
        }
        // Each one too many counts as a failed attempt of the browser, until the browser itself has to wait.
        var waits: [Duration] = []
        while waits.count < 100, case .failed(.tooManyAttempts(let wait)) = try await prove() { waits.append(wait) }
        #expect(waits.first == .seconds(6) && waits.last != .seconds(6))
        bench.clock.advance(by: max(waits.last ?? .zero, .seconds(6)))
        guard case .signedIn = try await prove() else {
            Issue.record("refused after the wait")
            return
        }
        #expect(try await bench.store.sessions.sessions(of: bench.alice.id).count == SessionRecord.maximumPerPerson)
    }
}

/// Passwords whose checks do not end before `release` is called.
private final class HeldPasswords: PasswordChecking {
    private let state = Mutex((begun: 0, isReleased: false, waiting: [CheckedContinuation<Void, Never>]()))
    private let recorded = RecordedPasswords()

    /// The number of checks that have begun.
    var begun: Int { state.withLock(\.begun) }

    func release() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isReleased = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func hash(_ password: String) async throws(PasswordHashingError) -> String {
        try await recorded.hash(password)
    }

    func verify(_ password: String, against hash: String?, isPreferred: Bool) async -> PasswordVerdict {
        await withCheckedContinuation { continuation in
            let isReleased = state.withLock { state in
                state.begun += 1
                if !state.isReleased { state.waiting.append(continuation) }
                return state.isReleased
            }
            if isReleased { continuation.resume() }
        }
        return await recorded.verify(password, against: hash, isPreferred: isPreferred)
    }
}
