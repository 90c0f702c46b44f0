import Store
import Testing

@testable import Server

@Suite("Limits on guessing passwords")
struct SignInLimitsTests {
    private let start = TestClock.start

    private func account(_ name: String) -> SignInLimits.AccountKey { SignInLimits.AccountKey(nil, name: name) }

    private func wait(_ admission: SignInLimits.Admission) -> Duration? {
        if case .refused(let wait) = admission { wait } else { nil }
    }

    @Test("One address can fail twenty times with different names, then it has to wait")
    func address() throws {
        let limits = SignInLimits()
        let source = try #require(SignInSource("198.41.0.4"))
        for number in 0..<20 {
            #expect(wait(limits.admit(account("\(number)"), device: nil, from: source, at: start)) == nil)
        }
        #expect(wait(limits.admit(account("new"), device: nil, from: source, at: start)) == .seconds(1))
        let other = SignInSource("198.41.0.5")
        #expect(wait(limits.admit(account("new"), device: nil, from: other, at: start)) == nil)
        #expect(wait(limits.admit(account("new"), device: 1, from: source, at: start)) == nil)
    }

    @Test(
        "Addresses that one attacker has count as one, and addresses of proxies do not count",
        arguments: [
            ("2a00:1450:4001:1::1", "2a00:1450:4001:1:ffff::2", true),
            ("2a00:1450:4001:1::1", "2a00:1450:4001:2::1", false),
            ("198.41.0.4", "198.41.0.5", false), ("::ffff:198.41.0.4", "198.41.0.4", true),
            ("::ffff:198.41.0.4", "::ffff:198.41.0.5", false),
        ])
    func sources(_ first: String, _ second: String, _ isSame: Bool) throws {
        #expect(try (#require(SignInSource(first)) == #require(SignInSource(second))) == isSame)
    }

    @Test(
        "Addresses that are not public have no limit, because they may be a proxy's",
        arguments: ["127.0.0.1", "::1", "10.0.0.1", "172.17.0.1", "::ffff:192.168.0.1", "fd00::1", "fe80::1%eth0", "x"])
    func proxies(_ address: String) {
        #expect(SignInSource(address) == nil)
    }

    @Test("Attempts at the same time are counted before their passwords are checked")
    func concurrent() {
        let limits = SignInLimits()
        let admitted = (0..<64).filter { _ in wait(limits.admit(account("a"), device: nil, from: nil, at: start)) == nil
        }
        #expect(admitted.count == 5)
    }

    @Test("Success takes back its own attempt alone")
    func success() {
        let limits = SignInLimits()
        for _ in 0..<4 { _ = limits.admit(account("a"), device: nil, from: nil, at: start) }
        for _ in 0..<10 {
            guard case .admitted(let attempt) = limits.admit(account("a"), device: nil, from: nil, at: start) else {
                Issue.record("refused")
                return
            }
            limits.succeeded(attempt)
        }
        #expect(wait(limits.admit(account("a"), device: nil, from: nil, at: start)) == nil)
        #expect(wait(limits.admit(account("a"), device: nil, from: nil, at: start)) == .seconds(1))
    }

    @Test("Failures are forgiven one after the other")
    func forgiveness() {
        var failures = SignInFailures(at: start)
        for _ in 0..<100 { failures.add(SignInLimits.accountRule, at: start) }
        #expect(failures.count == 15)
        for (minutes, remaining) in [(0, 15), (14, 15), (15, 14), (150, 5), (225, 0), (10_000, 0)] {
            #expect(failures.remaining(SignInLimits.accountRule, at: start + .seconds(minutes * 60)) == remaining)
        }
    }

    @Test("After the clock was set back by a day, nobody waits for longer than 15 minutes")
    func clockSetBack() {
        let limits = SignInLimits()
        var now = start
        var last: Duration = .zero
        while last < .seconds(900) {
            now = now + last
            last = wait(limits.admit(account("a"), device: nil, from: nil, at: now)) ?? .zero
        }
        now = now - .seconds(86_400)
        #expect(wait(limits.admit(account("a"), device: nil, from: nil, at: now)) == .seconds(900))
        #expect(wait(limits.admit(account("a"), device: nil, from: nil, at: now + .seconds(900))) == nil)
    }

    @Test("Password spraying from many addresses on many accounts is limited to a rate for all")
    func spraying() {
        let limits = SignInLimits()
        func admitted(_ count: Int, at now: UnixTime) -> Int {
            (0..<count).filter { number in
                let source = SignInSource.v4(UInt32(number))
                return wait(limits.admit(account("\(now.milliseconds) \(number)"), device: nil, from: source, at: now))
                    == nil
            }.count
        }
        #expect(admitted(3000, at: start) == SignInLimits.allAtOnce)
        #expect(admitted(3000, at: start + .seconds(10)) == SignInLimits.allPerSecond * 10)
        // Somebody who signs in from a browser that is known is not slowed down.
        #expect(wait(limits.admit(account("a"), device: 1, from: nil, at: start + .seconds(10))) == nil)
    }

    @Test("An attacker who fails with made-up names as fast as he can does not free the account under attack")
    func eviction() {
        let limits = SignInLimits()
        var now = start
        for _ in 0..<5 { _ = limits.admit(account("victim"), device: nil, from: nil, at: now) }
        var number = 0
        for _ in 0..<60 {
            now = now + .seconds(10)
            while wait(limits.admit(account("made up \(number)"), device: nil, from: nil, at: now)) == nil {
                number += 1
            }
        }
        #expect(number >= SignInLimits.allPerSecond * 600)
        var table = FailureTable<Int>(SignInLimits.accountRule, capacity: 2)
        #expect(limits.counts[0] == number + 1)
        // Were the table full nevertheless, newcomers would be refused, and entries return when they are forgiven.
        _ = (table.add(1, at: start), table.add(2, at: start))
        #expect(table.wait(for: 3, at: start) == .seconds(900))
        #expect(table.wait(for: 1, at: start) == nil)
        #expect(table.wait(for: 3, at: start + .seconds(900)) == nil)
        #expect(table.count == 0)
    }

    @Test("The tables have room for all failures that the limit for all admits before one is forgiven")
    func capacity() {
        for rule in [SignInLimits.accountRule, SignInLimits.sourceRule] {
            let seconds = Int(rule.forgiveness.milliseconds / 1000)
            #expect(SignInLimits.allAtOnce + SignInLimits.allPerSecond * seconds < SignInLimits.capacity)
        }
    }
}
