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
        #expect(try await open.store.figures.latest(10) == [])
        try await open.store.figures.add([], capacity: 10)
        try await open.store.figures.add([Self.minute(1), Self.minute(2)], capacity: 10)
        try await open.another().figures.add([Self.minute(2, "b")], capacity: 10)
        #expect(
            try await open.store.figures.latest(10) == [Self.minute(2, "b"), Self.minute(2), Self.minute(1)])
        #expect(try await open.store.figures.latest(1) == [Self.minute(2, "b")])
    }

    @Test("The oldest additions go, whatever their times are", arguments: Engine.all)
    func bounded(_ engine: Engine) async throws {
        let store = try engine.make().store
        // The clock ran ahead, then it was corrected.
        try await store.figures.add([Self.minute(1_000_000)], capacity: 3)
        for number in 0..<5 { try await store.figures.add([Self.minute(Int64(number))], capacity: 3) }
        #expect(try await store.figures.latest(10) == [Self.minute(4), Self.minute(3), Self.minute(2)])
        try await store.figures.add((5..<15).map { Self.minute($0) }, capacity: 3)
        #expect(try await store.figures.latest(10) == [Self.minute(14), Self.minute(13), Self.minute(12)])
    }

    @Test("Issuers have their own minutes", arguments: Engine.all)
    func apart(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.figures.add([Self.minute(1)], capacity: 3)
        let other = store.issuer(IssuerNumber(rawValue: 2))
        #expect(try await other.figures.latest(10) == [])
        try await other.figures.add([Self.minute(2)], capacity: 3)
        #expect(try await store.figures.latest(10) == [Self.minute(1)])
    }
}
