import Countersign
import Store
import TestSupport
import Testing

@Suite("The figures of minutes")
struct FigureTests {
    private static func minute(_ number: Int64, _ process: String = "a") -> MinuteFigures {
        MinuteFigures(
            at: TestClock.start + .seconds(60 * number), process: process, counts: ["requests": .number(Int(number))])
    }

    @Test("Minutes are read as they were added, the last one first", arguments: Engine.all)
    func added(_ engine: Engine) async throws {
        let open = try engine.make()
        #expect(try await open.store.figures.minutes(since: .distantPast, limit: 10) == [])
        try await open.store.figures.add([], capacity: 10)
        try await open.store.figures.add([Self.minute(1), Self.minute(2)], capacity: 10)
        try await open.another().figures.add([Self.minute(2, "b")], capacity: 10)
        #expect(
            try await open.store.figures.minutes(since: .distantPast, limit: 10)
                == [Self.minute(2, "b"), Self.minute(2), Self.minute(1)])
        #expect(try await open.store.figures.minutes(since: .distantPast, limit: 1) == [Self.minute(2, "b")])
    }

    @Test("The oldest additions go, whatever their times are", arguments: Engine.all)
    func bounded(_ engine: Engine) async throws {
        let store = try engine.make().store
        // The clock ran ahead, then it was corrected.
        try await store.figures.add([Self.minute(1_000_000)], capacity: 3)
        for number in 0..<5 { try await store.figures.add([Self.minute(Int64(number))], capacity: 3) }
        #expect(
            try await store.figures.minutes(since: .distantPast, limit: 10) == [
                Self.minute(4), Self.minute(3), Self.minute(2),
            ])
        try await store.figures.add((5..<15).map { Self.minute($0) }, capacity: 3)
        #expect(
            try await store.figures.minutes(since: .distantPast, limit: 10) == [
                Self.minute(14), Self.minute(13), Self.minute(12),
            ])
    }

    @Test("Minutes are found by their time, not by their number", arguments: Engine.all)
    func since(_ engine: Engine) async throws {
        let figures = try engine.make().store.figures
        // The clock ran ahead, then it was corrected, and the server was off for a while.
        let numbers: [Int64] = [1, 900, 2, 3, 500]
        try await figures.add(numbers.map { Self.minute($0) }, capacity: 10)
        let start = Self.minute(3).at
        #expect(
            try await figures.minutes(since: start, limit: 10)
                == [Self.minute(500), Self.minute(3), Self.minute(900)])
        #expect(try await figures.minutes(since: start, limit: 2) == [Self.minute(500), Self.minute(3)])
        #expect(try await figures.minutes(since: Self.minute(901).at, limit: 10) == [])
    }

    @Test("Issuers have their own minutes", arguments: Engine.all)
    func apart(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.figures.add([Self.minute(1)], capacity: 3)
        let other = store.issuer(IssuerNumber(rawValue: 2))
        #expect(try await other.figures.minutes(since: .distantPast, limit: 10) == [])
        try await other.figures.add([Self.minute(2)], capacity: 3)
        #expect(try await store.figures.minutes(since: .distantPast, limit: 10) == [Self.minute(1)])
    }
}
