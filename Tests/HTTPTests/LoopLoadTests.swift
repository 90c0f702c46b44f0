import NIOCore
import Testing

@testable import HTTP

@Suite("Load of an event loop")
struct LoopLoadTests {
    /// A loop whose times are milliseconds since its start. A class, because `#expect` cannot call mutating methods.
    private final class Loop {
        private var load = LoopLoad(budget: .milliseconds(100))
        private let start = NIODeadline.now()

        func beginsTurn(_ milliseconds: Int64) -> Bool { load.beginsTurn(at: start + .milliseconds(milliseconds)) }
        func admitsRequest(_ milliseconds: Int64) -> Bool {
            load.admitsRequest(at: start + .milliseconds(milliseconds))
        }
        func turnEnded() { load.turnEnded() }
    }

    private let load = Loop()

    @Test("A turn begins with its first request and ends with turnEnded")
    func turns() {
        #expect(load.beginsTurn(0))
        #expect(!load.beginsTurn(1))
        load.turnEnded()
        #expect(load.beginsTurn(2))
    }

    @Test("One long turn is a burst and is answered completely")
    func burst() {
        _ = load.beginsTurn(0)
        for time: Int64 in [0, 99, 100, 500, 900] { #expect(load.admitsRequest(time)) }
    }

    @Test("A series of long turns is overload: requests beyond each turn's budget are rejected")
    func overload() {
        for turn: Int64 in 0..<10 {
            _ = load.beginsTurn(turn * 200)
            #expect(load.admitsRequest(turn * 200 + 50))
            // Overload is counted from the beginning of the first long turn.
            #expect(load.admitsRequest(turn * 200 + 150) == (turn < 5))
            load.turnEnded()
        }
    }

    @Test("One short turn ends the overload")
    func recovery() {
        for turn: Int64 in 0..<10 {
            _ = load.beginsTurn(turn * 200)
            _ = load.admitsRequest(turn * 200 + 150)
            load.turnEnded()
        }
        _ = load.beginsTurn(2000)
        #expect(load.admitsRequest(2001))
        load.turnEnded()
        _ = load.beginsTurn(2100)
        #expect(load.admitsRequest(2250))
    }
}
