import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("The choice of the clients that are notified of logouts")
struct LogoutScheduleTests {
    private static let now = TestClock.start

    private static func clients(_ count: Int, _ prefix: String = "c") -> [ClientID] {
        (0..<count).map { ClientID(ExactString("\(prefix)\($0)")) }
    }

    @Test("A client is served by one sequence of attempts at a time")
    func once() {
        var schedule = LogoutSchedule()
        let clients = Self.clients(2)
        #expect(Set(schedule.take(from: clients, at: Self.now)) == Set(clients))
        #expect(schedule.take(from: clients, at: Self.now) == [])
        _ = schedule.finish(clients[0], nextAttemptAt: nil, hasDelivered: true, at: Self.now)
        #expect(schedule.take(from: clients, at: Self.now) == [clients[0]])
    }

    @Test("A client that failed pauses until its notice is sent again, but at most for a minute")
    func pause() {
        for (delay, pause) in [(5, 5), (60, 60), (3600, 60)] {
            var schedule = LogoutSchedule()
            let client = Self.clients(1)
            _ = schedule.take(from: client, at: Self.now)
            _ = schedule.finish(
                client[0], nextAttemptAt: Self.now + .seconds(delay), hasDelivered: false, at: Self.now)
            #expect(schedule.take(from: client, at: Self.now + .milliseconds(Int64(pause * 1000 - 1))) == [])
            #expect(schedule.take(from: client, at: Self.now + .seconds(pause)) == client)
        }
    }

    @Test("A pause from the future of a clock that was set back does not count")
    func clockSetBack() {
        var schedule = LogoutSchedule()
        let client = Self.clients(1)
        _ = schedule.take(from: client, at: Self.now)
        _ = schedule.finish(client[0], nextAttemptAt: Self.now + .seconds(5), hasDelivered: false, at: Self.now)
        #expect(schedule.take(from: client, at: Self.now - .seconds(3600)) == client)
    }

    @Test("Many clients that fail leave places to those that work")
    func failing() {
        var schedule = LogoutSchedule()
        let failing = Self.clients(40, "down")
        // The first time, eight find no place.
        for _ in 0..<2 {
            for client in schedule.take(from: failing, at: Self.now) {
                _ = schedule.finish(client, nextAttemptAt: Self.now, hasDelivered: false, at: Self.now)
            }
        }
        #expect(schedule.take(from: failing, at: Self.now).count == LogoutSchedule.maximumFailing)
        let working = Self.clients(40, "up")
        #expect(
            schedule.take(from: working, at: Self.now).count
                == LogoutSchedule.maximumClients - LogoutSchedule.maximumFailing)
    }

    @Test("Beginning to fail and working again are told once")
    func changes() {
        var schedule = LogoutSchedule()
        let client = Self.clients(1)[0]
        func finish(_ next: UnixTime?, _ hasDelivered: Bool) -> LogoutSchedule.Change {
            _ = schedule.take(from: [client], at: Self.now)
            return schedule.finish(client, nextAttemptAt: next, hasDelivered: hasDelivered, at: Self.now)
        }
        #expect(finish(nil, true) == .none)
        #expect(finish(Self.now, false) == .nowFailing)
        #expect(finish(Self.now, true) == .none)
        // The notices that failed were dropped meanwhile, which says nothing about the client.
        #expect(finish(nil, false) == .none)
        #expect(finish(nil, true) == .workingAgain)
        #expect(finish(nil, true) == .none)
    }
}
