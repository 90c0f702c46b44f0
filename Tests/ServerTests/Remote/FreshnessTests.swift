import Countersign
import TestSupport
import Testing

@testable import Server

@Suite("RFC 9111 §4.2: freshness and refresh of a copy")
struct FreshnessTests {
    private static let now = TestClock.start
    private static let day: Duration = .seconds(86_400)

    @Test(
        "A lifetime is clamped to between 60 seconds and 24 hours, and defaults to 10 minutes",
        arguments: [
            (nil, 600), (.zero, 60), (.seconds(-5), 60), (.seconds(59), 60), (.seconds(61), 61),
            (.seconds(86_400), 86_400), (.seconds(86_401), 86_400), (.seconds(Int64.max / 2), 86_400),
        ] as [(Duration?, Int64)])
    func lifetime(_ stated: Duration?, _ seconds: Int64) {
        let freshness = Freshness.received(at: Self.now, lifetime: stated, jitter: 0)
        #expect(freshness.receivedAt == Self.now)
        #expect(freshness.expiresAt == Self.now + .seconds(seconds))
        #expect(freshness.nextAttemptAt == Self.now + .seconds(seconds) * 0.7)
        #expect(freshness.problem == nil)
    }

    @Test(
        "Copies fetched together are refreshed at different times, all before they expire",
        arguments: [(0, 420), (0.5, 450), (1, 480), (-3, 420), (7, 480)] as [(Double, Int64)])
    func jitter(_ jitter: Double, _ seconds: Int64) {
        let freshness = Freshness.received(at: Self.now, lifetime: .seconds(600), jitter: jitter)
        #expect(freshness.nextAttemptAt == Self.now + .seconds(seconds))
    }

    @Test(
        "Retries back off exponentially, from 30 seconds to 10 minutes",
        arguments: [
            (1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 600), (7, 600), (Int.max, 600), (0, 30), (Int.min, 30),
        ] as [(Int, Int64)])
    func retry(_ failures: Int, _ seconds: Int64) {
        let before = Freshness.received(at: Self.now, lifetime: nil, jitter: 0)
        let freshness = before.failed(at: Self.now, failures: failures, "down")
        #expect(freshness.nextAttemptAt == Self.now + .seconds(seconds))
        #expect(freshness.problem == "down")
        #expect((freshness.receivedAt, freshness.expiresAt) == (before.receivedAt, before.expiresAt))
    }

    /// The expected usability, at a given second, of a copy that expires after 600 seconds.
    struct Moment: Sendable, CustomTestStringConvertible {
        let second: Double
        let isDown: Bool
        let grace: Duration
        let isFresh: Bool
        let usability: Freshness.Usability

        var testDescription: String { "at \(second) s, \(isDown ? "down" : "up"), grace \(grace): \(usability)" }

        init(
            _ second: Double, isDown: Bool = false, grace: Duration = FreshnessTests.day, isFresh: Bool = false,
            _ usability: Freshness.Usability
        ) {
            (self.second, self.isDown, self.grace, self.isFresh, self.usability) =
                (second, isDown, grace, isFresh, usability)
        }
    }

    @Test(
        "A copy is used until its expiry, a minute longer during a refresh, and for its grace period if that fails",
        arguments: [
            Moment(0, isFresh: true, .usable), Moment(599.999, isFresh: true, .usable), Moment(600, .usable),
            Moment(659.999, .usable), Moment(660, .mustBeRead), Moment(1e9, .mustBeRead),
            Moment(599.999, isDown: true, isFresh: true, .usable), Moment(660, isDown: true, .usable),
            Moment(86_999.999, isDown: true, .usable), Moment(87_000, isDown: true, .unavailable("down")),
            Moment(87_029.999, isDown: true, .unavailable("down")), Moment(87_030, isDown: true, .mustBeRead),
            Moment(600, grace: .zero, .mustBeRead), Moment(599.999, grace: .zero, isFresh: true, .usable),
            Moment(600, isDown: true, grace: .zero, .unavailable("down")),
            // A clock set back: up to a minute may be skew between nodes; beyond that the age of the copy is unknown.
            Moment(-60, isFresh: true, .usable), Moment(-60.001, .mustBeRead),
            Moment(-60.001, isDown: true, .unavailable("down")),
        ])
    func usability(_ moment: Moment) {
        let now = UnixTime(milliseconds: Self.now.milliseconds + Int64((moment.second * 1000).rounded()))
        var freshness = Freshness.received(at: Self.now, lifetime: .seconds(600), jitter: 0)
        if moment.isDown { (freshness.problem, freshness.nextAttemptAt) = ("down", Self.now + .seconds(87_030)) }
        #expect(freshness.isFresh(at: now) == moment.isFresh)
        #expect(freshness.usability(at: now, grace: moment.grace) == moment.usability)
    }

    @Test("Without a copy the document is fetched, unless a fetch has just failed")
    func nothing() {
        let blank = Freshness(nextAttemptAt: Self.now)
        #expect(blank.usability(at: Self.now, grace: Self.day) == .mustBeRead)
        let failed = blank.failed(at: Self.now, failures: 1, "down")
        #expect(failed.usability(at: Self.now + .seconds(29), grace: Self.day) == .unavailable("down"))
        #expect(failed.usability(at: Self.now + .seconds(30), grace: Self.day) == .mustBeRead)
    }

    @Test("The extremes of time are handled", arguments: [UnixTime.distantPast, .distantFuture])
    func extremes(_ time: UnixTime) {
        let endless = Duration.seconds(Int64.max / 2)
        let freshness = Freshness.received(at: time, lifetime: endless, jitter: 1)
        for now in [UnixTime.distantPast, Self.now, .distantFuture] {
            _ = freshness.usability(at: now, grace: endless)
            _ = freshness.failed(at: now, failures: 3, "down").usability(at: time, grace: endless)
        }
        #expect(freshness.isFresh(at: .distantPast) == (time == .distantPast))
    }
}
