import Administration

/// The refusals that are new and fit the filters of the list. A class because all who look share what was found.
final class LiveRefusals: LivePart {
    static let address = "/live/refusals"
    /// The most refusals of one event.
    static let maximum = 30
    /// How long before the last event refusals are looked for: they are written in the background. The script leaves out those that it has.
    private static let overlap: Duration = .seconds(5)
    /// How far back an event goes at most.
    private static let longest: Duration = .seconds(600)

    private let renderer: ConsoleRenderer
    private let events = PerSecond<LiveEvent>()

    init(_ renderer: ConsoleRenderer) {
        self.renderer = renderer
    }

    var path: String { Self.address }

    func event(_ ask: LiveAsk) async throws -> LiveEvent {
        // Whole seconds, so that all who look ask for the same.
        let last = ask.last.flatMap { Int64($0) }.map { UnixTime(seconds: $0) } ?? ask.now
        let from = min(max(last, ask.now - Self.longest), ask.now)
        let query = RefusalQuery(ask.query).with { _ in }
        return try await events.value("\(from.seconds) \(query.encoded)", at: ask.now) {
            try await self.event(query, from: from, ask)
        }
    }

    private func event(_ query: RefusalQuery, from: UnixTime, _ ask: LiveAsk) async throws -> LiveEvent {
        var filter = query.filter(at: ask.now)
        filter.since = from - Self.overlap
        let entries = try await RefusalAdministration(ask.store)
            .search(filter, after: nil, limit: Self.maximum).entries
        let names = try await RefusedClient.names(of: Set(entries.compactMap(\.clientID)), in: ask.store)
        let rows = entries.map { entry -> JSONValue in
            let row = RefusalRow(
                entry: entry, client: entry.clientID.flatMap { names[$0] }, now: ask.now, base: ask.base)
            return .object([
                "reference": .string(entry.reference.text), "cause": .string(entry.code),
                "html": .string(renderer.part("refusalrow", row.context)),
            ])
        }
        let data: JSONObject = [
            "at": .string(ShownTime.clock(ask.now, withSeconds: true)), "rows": .array(rows),
        ]
        return LiveEvent(id: String(ask.now.seconds), data: data.rendered())
    }
}
