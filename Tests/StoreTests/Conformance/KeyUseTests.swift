import Countersign
import Store
import TestSupport
import Testing

@Suite("The last use of keys")
struct KeyUseTests {
    private static let billing = ClientID("billing")

    private static func use(_ thumbprint: String, _ seconds: Int64, of client: String = "billing") -> KeyUse {
        KeyUse(client: ClientID(client), thumbprint: thumbprint, at: TestClock.start + .seconds(seconds))
    }

    @Test("The latest use is kept, in whatever order uses are recorded", arguments: Engine.all)
    func later(_ engine: Engine) async throws {
        let open = try engine.make()
        try await open.store.clients.add(Samples.client(), keys: [])
        #expect(try await open.store.keyUses.latest(of: Self.billing) == [:])
        try await open.store.keyUses.record([Self.use("a", 2), Self.use("b", 5), Self.use("a", 1), Self.use("a", 3)])
        try await open.another().keyUses.record([Self.use("b", 4)])
        let expected = ["a": TestClock.start + .seconds(3), "b": TestClock.start + .seconds(5)]
        #expect(try await open.store.keyUses.latest(of: Self.billing) == expected)
        #expect(try await open.another().keyUses.latest(of: Self.billing) == expected)
    }

    @Test("Each client has its own uses; those of unregistered clients are ignored", arguments: Engine.all)
    func apart(_ engine: Engine) async throws {
        let store = try engine.make().store
        for id in ["é", "e\u{301}"] { try await store.clients.add(Samples.client(id), keys: []) }
        try await store.keyUses.record([
            Self.use("a", 1, of: "unknown"), Self.use("a", 2, of: "é"), Self.use("a", 3, of: "e\u{301}"),
            Self.use("a", 4, of: "é\0"),
        ])
        #expect(try await store.keyUses.latest(of: ClientID("é")) == ["a": TestClock.start + .seconds(2)])
        #expect(try await store.keyUses.latest(of: ClientID("e\u{301}")) == ["a": TestClock.start + .seconds(3)])
        for id in ["unknown", "é\0", ""] { #expect(try await store.keyUses.latest(of: ClientID(id)) == [:]) }
    }

    @Test("All uses of several batches are kept", arguments: Engine.all)
    func many(_ engine: Engine) async throws {
        let store = try engine.make().store
        for number in 0..<20 { try await store.clients.add(Samples.client("\(number)"), keys: []) }
        try await store.keyUses.record((0..<2000).map { Self.use("\($0 / 20)", Int64($0), of: "\($0 % 20)") })
        for number in 0..<20 {
            let uses = try await store.keyUses.latest(of: ClientID("\(number)"))
            #expect(uses.count == 100)
            #expect(uses["99"] == TestClock.start + .seconds(Int64(1980 + number)))
        }
    }

    @Test(
        "A client with constantly changing keys keeps its latest uses and evicts no other client's",
        arguments: Engine.all)
    func bounded(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [])
        try await store.clients.add(Samples.client("other"), keys: [])
        try await store.keyUses.record([Self.use("a", 0, of: "other")])
        try await store.keyUses.record((0..<3000).map { Self.use("\($0)", Int64($0)) })
        let uses = try await store.keyUses.latest(of: Self.billing)
        #expect((100...1000).contains(uses.count))
        #expect((2900..<3000).allSatisfy { uses["\($0)"] != nil })
        #expect(uses["0"] == nil)
        #expect(try await store.keyUses.latest(of: ClientID("other")).count == 1)
    }

    private static func use(_ thumbprint: String, hour: Int64, count: Int) -> KeyUse {
        KeyUse(
            client: billing, thumbprint: thumbprint, at: TestClock.start.startOfHour + .seconds(hour * 3600 + 1),
            count: count)
    }

    private static func hour(_ thumbprint: String, _ hour: Int64, _ count: Int) -> HourlyKeyUses {
        HourlyKeyUses(thumbprint: thumbprint, hour: TestClock.start.startOfHour + .seconds(hour * 3600), count: count)
    }

    @Test("Uses of a key in one hour are added up", arguments: Engine.all)
    func hours(_ engine: Engine) async throws {
        let open = try engine.make()
        try await open.store.clients.add(Samples.client(), keys: [])
        try await open.store.keyUses.record([
            Self.use("a", hour: 0, count: 5), Self.use("b", hour: 0, count: 1), Self.use("a", hour: 0, count: 2),
            Self.use("a", hour: 1, count: 9), KeyUse(client: ClientID("unknown"), thumbprint: "a", at: TestClock.start),
        ])
        try await open.another().keyUses.record([Self.use("a", hour: 0, count: 100)])
        let first = TestClock.start.startOfHour
        #expect(
            try await open.store.keyUses.hourly(of: Self.billing, since: first) == [
                Self.hour("a", 0, 107), Self.hour("b", 0, 1), Self.hour("a", 1, 9),
            ])
        #expect(
            try await open.store.keyUses.hourly(of: Self.billing, since: first + .seconds(1)) == [
                Self.hour("a", 1, 9)
            ])
        #expect(try await open.store.keyUses.hourly(of: ClientID("unknown"), since: first) == [])
        try await open.store.clients.remove(Self.billing)
        try await open.store.clients.add(Samples.client(), keys: [])
        #expect(try await open.store.keyUses.hourly(of: Self.billing, since: first) == [])
    }

    @Test("Hours are kept for eight days, and only so many of one client", arguments: Engine.all)
    func boundedHours(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [])
        try await store.keyUses.record((0..<400).map { Self.use("a", hour: $0, count: 1) })
        let kept = try await store.keyUses.hourly(of: Self.billing, since: UnixTime(milliseconds: 0))
        #expect(kept.map(\.hour) == (207..<400).map { Self.hour("a", $0, 1).hour })
        try await store.keyUses.record(
            (400..<500).flatMap { hour in (0..<100).map { Self.use("\($0)", hour: hour, count: 1) } })
        let many = try await store.keyUses.hourly(of: Self.billing, since: UnixTime(milliseconds: 0))
        #expect((1000...2048).contains(many.count))
        #expect(many.last?.hour == Self.hour("a", 499, 1).hour)
    }

    @Test("Old hours of clients that are used no more are removed, step by step", arguments: Engine.all)
    func unused(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [])
        try await store.keyUses.record(
            (0..<1200).map { Self.use("\($0)", hour: $0 / 600, count: 1) } + [Self.use("new", hour: 192, count: 1)])
        // What recording has not removed, because the hours are not too old yet.
        let now = TestClock.start.startOfHour + HourlyKeyUses.lifetime
        while try await store.keyUses.sweepStep(at: now) {}
        #expect(try await store.keyUses.hourly(of: Self.billing, since: UnixTime(milliseconds: 0)).count == 1201)
        #expect(try await store.keyUses.sweepStep(at: now + .seconds(3600)))
        while try await store.keyUses.sweepStep(at: now + .seconds(3600)) {}
        #expect(try await store.keyUses.hourly(of: Self.billing, since: UnixTime(milliseconds: 0)).count == 601)
        while try await store.keyUses.sweepStep(at: now + .seconds(7200)) {}
        #expect(
            try await store.keyUses.hourly(of: Self.billing, since: UnixTime(milliseconds: 0)) == [
                Self.hour("new", 192, 1)
            ])
    }

    @Test("Removing a client removes its uses", arguments: Engine.all)
    func removed(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [try Samples.key()])
        try await store.keyUses.record([Self.use("a", 1)])
        try await store.clients.remove(Self.billing)
        try await store.clients.add(Samples.client(), keys: [])
        #expect(try await store.keyUses.latest(of: Self.billing) == [:])
    }

    @Test("Recording no uses writes nothing", arguments: Engine.all)
    func none(_ engine: Engine) async throws {
        let store = try engine.make().store
        try await store.clients.add(Samples.client(), keys: [])
        try await store.keyUses.record([])
        #expect(try await store.keyUses.latest(of: Self.billing) == [:])
    }
}
