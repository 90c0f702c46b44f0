import Store
import TestSupport
import Testing

@testable import Server

@Suite("Limits on guessing passwords")
struct SignInLimitsTests {
    private let start = TestClock.start

    private func wait(_ admission: SignInLimits.Admission) -> Duration? {
        if case .refused(let wait) = admission { wait } else { nil }
    }

    /// An attempt with a name that nobody has, or in a known browser.
    private func wait(
        _ limits: SignInLimits, _ name: String, device: UInt64? = nil, from address: String? = nil,
        at now: UnixTime? = nil
    ) -> Duration? {
        wait(limits.admit(name: name, of: nil, device: device, from: address, at: now ?? start))
    }

    @Test("One address can fail twenty times with different names, then it has to wait")
    func address() throws {
        let limits = SignInLimits()
        for number in 0..<20 { #expect(wait(limits, "\(number)", from: "198.41.0.4") == nil) }
        #expect(wait(limits, "new", from: "198.41.0.4") == .seconds(1))
        #expect(wait(limits, "new", from: "198.41.0.5") == nil)
        #expect(wait(limits, "new", device: 1, from: "198.41.0.4") == nil)
    }

    @Test(
        "Addresses that one attacker has count as one",
        arguments: [
            ("2a00:1450:4001:1::1", "2a00:1450:4001:1:ffff::2", true),
            ("2a00:1450:4001:1::1", "2a00:1450:4001:2::1", false),
            ("198.41.0.4", "198.41.0.5", false), ("::ffff:198.41.0.4", "198.41.0.4", true),
            ("::ffff:198.41.0.4", "::ffff:198.41.0.5", false), ("10.0.0.1", "::ffff:10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false),
        ])
    func sources(_ first: String, _ second: String, _ isSame: Bool) throws {
        #expect((SignInSource.of(first).first == SignInSource.of(second).first) == isSame)
    }

    @Test("An IPv6 site has a limit for all its networks")
    func site() {
        let limits = SignInLimits()
        for number in 0..<200 {
            #expect(wait(limits, "\(number)", from: "2a00:1450:4001:\(number)::1") == nil)
        }
        #expect(wait(limits, "new", from: "2a00:1450:4001:ffff::1") == .seconds(1))
        #expect(wait(limits, "new", from: "2a00:1450:4002:ffff::1") == nil)
    }

    @Test(
        "An address that is not public may be a proxy's: it has 200 failures, and then one attempt a second",
        arguments: ["127.0.0.1", "::1", "10.0.0.1", "172.17.0.1", "::ffff:192.168.0.1", "fd00::1"])
    func local(_ address: String) {
        let limits = SignInLimits()
        for number in 0..<200 { #expect(wait(limits, "\(number)", from: address) == nil) }
        var refused = 0
        for second in 0..<60 {
            let now = start + .seconds(second)
            for number in 0..<3 where wait(limits, "\(second) \(number)", from: address, at: now) != nil {
                refused += 1
            }
            #expect(wait(limits, "x", from: address, at: now) ?? .zero <= .seconds(1))
        }
        #expect(refused >= 118)
    }

    @Test("A text that is not an address has no limit of its own", arguments: ["x", "fe80::1%eth0", nil])
    func noAddress(_ address: String?) {
        #expect(SignInSource.of(address).isEmpty)
    }

    @Test("An attacker who uses up the limit for all does not lock out names and addresses without a failure")
    func globalLimit() throws {
        let limits = SignInLimits()
        var now = start
        /// From one machine in the private network, and one IPv6 network with 65,536 subnetworks.
        func attack(_ count: Int) -> Int {
            (0..<count).count { number in
                let address = number.isMultiple(of: 2) ? "10.0.0.9" : "2a00:1450:4001:\(number % 9999)::1"
                return wait(limits, "\(now.milliseconds) \(number)", from: address, at: now) == nil
            }
        }
        /// From as many addresses as there are attempts.
        func spray(_ count: Int) {
            for number in 0..<count {
                _ = wait(
                    limits, "\(now.milliseconds) \(number)", from: "198.\(number / 256).\(number % 256).1", at: now)
            }
        }
        #expect(attack(2000) == 400)
        spray(3000)
        #expect(wait(limits, "x", from: nil, at: now) == SignInLimits.allWait)
        for second in 1...60 {
            now = start + .seconds(second)
            _ = attack(100)
            spray(10)
            // The attacker's networks have failures, so what is left for others is not theirs.
            guard
                case .admitted(let attempt) = limits.admit(
                    name: "person \(second)", of: UserID("\(second)"), from: "8.8.\(second).8", at: now)
            else {
                Issue.record("locked out after \(second) s")
                return
            }
            limits.succeeded(attempt)
        }
    }

    @Test("Attempts at the same time are counted before their passwords are checked")
    func concurrent() {
        let limits = SignInLimits()
        let admitted = (0..<64).filter { _ in wait(limits, "a", at: start) == nil
        }
        #expect(admitted.count == 5)
    }

    @Test("Success takes back its own attempt alone")
    func success() {
        let limits = SignInLimits()
        for _ in 0..<4 { _ = limits.admit(name: "a", of: nil, from: nil, at: start) }
        for _ in 0..<10 {
            guard case .admitted(let attempt) = limits.admit(name: "a", of: nil, from: nil, at: start) else {
                Issue.record("refused")
                return
            }
            limits.succeeded(attempt)
        }
        #expect(wait(limits, "a", at: start) == nil)
        #expect(wait(limits, "a", at: start) == .seconds(1))
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
            last = wait(limits, "a", at: now) ?? .zero
        }
        now = now - .seconds(86_400)
        #expect(wait(limits, "a", at: now) == .seconds(900))
        #expect(wait(limits, "a", at: now + .seconds(900)) == nil)
    }

    @Test("Password spraying from many addresses on many accounts is limited to a rate for all")
    func spraying() {
        let limits = SignInLimits()
        func admitted(_ count: Int, at now: UnixTime) -> Int {
            (0..<count).filter { number in
                let address = "45.0.\(number / 256).\(number % 256)"
                return wait(limits, "\(now.milliseconds) \(number)", from: address, at: now) == nil
            }.count
        }
        #expect(admitted(3000, at: start) == SignInLimits.allAtOnce + SignInLimits.reserveAtOnce)
        let perSecond = SignInLimits.allPerSecond + SignInLimits.reservePerSecond
        #expect(admitted(3000, at: start + .seconds(10)) == perSecond * 10)
        // Somebody who signs in from a browser that is known is not slowed down.
        #expect(wait(limits, "a", device: 1, at: start + .seconds(10)) == nil)
    }

    @Test("An attacker who fails with made-up names as fast as he can does not free the account under attack")
    func eviction() {
        let limits = SignInLimits()
        var now = start
        for _ in 0..<5 { _ = limits.admit(name: "victim", of: nil, from: nil, at: now) }
        var number = 0
        for _ in 0..<60 {
            now = now + .seconds(10)
            while wait(limits, "made up \(number)", at: now) == nil {
                number += 1
            }
        }
        #expect(number >= SignInLimits.allPerSecond * 600)
        var table = FailureTable<Int>(capacity: 2) { _ in SignInLimits.accountRule }
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
        let atOnce = SignInLimits.allAtOnce + SignInLimits.reserveAtOnce
        let perSecond = SignInLimits.allPerSecond + SignInLimits.reservePerSecond
        for rule in [SignInLimits.accountRule] + [SignInSource.v4(0), .v6(0), .v6Site(0), .local(.v4(0))].map(\.rule) {
            let seconds = Int(rule.forgiveness.milliseconds / 1000)
            #expect(2 * (atOnce + perSecond * seconds) < SignInLimits.capacity)
        }
    }
}
