import Administration

/// The refusals that are new and fit the filters of the list. A class because all who look share what was found.
final class LiveRefusals: LivePart {
    static let address = "/live/refusals"
    /// The most refusals of one event that are newer than the last event, and the most older ones.
    static let maximum = 30
    /// How long before the last event refusals are looked for, too: they are written in the background. The script leaves out those that it has.
    private static let overlap: Duration = .seconds(5)
    /// How far back an event goes at most.
    private static let longest: Duration = .seconds(600)

    private let renderer: ConsoleRenderer
    private let events = PerSecond<LiveEvent>()
    private let budget = LiveBudget()

    init(_ renderer: ConsoleRenderer) {
        self.renderer = renderer
    }

    var path: String { Self.address }

    func event(_ ask: LiveAsk) async throws -> LiveEvent {
        // Whole seconds, so that all who look ask for the same.
        let last = ask.last.flatMap { Int64($0) }.map { UnixTime(seconds: $0) } ?? ask.now
        let from = min(max(last, ask.now - Self.longest), ask.now)
        let query = RefusalQuery(ask.query).with { _ in }
        let budget = { self.budget.take(for: ask.person, at: ask.now) }
        let event = try await events.value("\(from.seconds) \(query.encoded)", at: ask.now, mayMake: budget) {
            try await self.event(query, from: from, ask)
        }
        // With the identifier that the browser has, so that nothing is left out when it asks again later.
        return event ?? Self.event(from, rows: [], isComplete: true, at: ask.now, interval: LiveBudget.pause)
    }

    private func event(_ query: RefusalQuery, from: UnixTime, _ ask: LiveAsk) async throws -> LiveEvent {
        let refusals = RefusalAdministration(ask.store)
        var filter = query.filter(at: ask.now)
        filter.since = from
        let new = try await refusals.search(filter, after: nil, limit: Self.maximum)
        (filter.since, filter.until) = (from - Self.overlap, from)
        let late = try await refusals.search(filter, after: nil, limit: Self.maximum)
        let entries = new.entries + late.entries
        let names = try await RefusedClient.names(of: Set(entries.compactMap(\.clientID)), in: ask.store)
        let rows = entries.map { entry -> JSONValue in
            let row = RefusalRow(
                entry: entry, client: entry.clientID.flatMap { names[$0] }, now: ask.now, base: ask.base)
            return .object([
                "reference": .string(entry.reference.text), "cause": .string(entry.code),
                "html": .string(renderer.part("refusalrow", row.context)),
            ])
        }
        return Self.event(ask.now, rows: rows, isComplete: new.next == nil, at: ask.now)
    }

    /// - Parameters:
    ///   - last: the time that the next request begins at.
    ///   - isComplete: whether the rows are all that are new.
    private static func event(
        _ last: UnixTime, rows: [JSONValue], isComplete: Bool, at now: UnixTime, interval: Int = LiveEvent.interval
    ) -> LiveEvent {
        let data: JSONObject = [
            "at": .string(ShownTime.clock(now, withSeconds: true)), "rows": .array(rows),
            "has_more": .boolean(!isComplete),
        ]
        return LiveEvent(id: String(last.seconds), data: data.rendered(), interval: interval)
    }
}
