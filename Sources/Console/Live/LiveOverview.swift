import Administration
import Synchronization

/// The parts of the overview that have changed. A class because all who look share what was rendered.
final class LiveOverview: LivePart {
    static let address = "/live/overview"

    /// A part as it was last rendered.
    private struct Rendered {
        let html: String
        /// The number of the rendering in which it became so.
        let changedIn: Int
    }

    private struct State {
        var rendering = 0
        var parts: [FigurePeriod: [String: Rendered]] = [:]
    }

    private let sources: OverviewSources
    private let renderer: ConsoleRenderer
    /// Begins the identifiers of events, so that those of an earlier process are not taken for ours.
    private let process = Base64URL.encode(RandomBytes.make(6)).replacing("_", with: "-")
    private let state = Mutex(State())
    private let renderings = PerSecond<Int>()
    private let events = PerSecond<LiveEvent>()

    init(_ sources: OverviewSources, _ renderer: ConsoleRenderer) {
        (self.sources, self.renderer) = (sources, renderer)
    }

    var path: String { Self.address }

    func event(_ ask: LiveAsk) async throws -> LiveEvent {
        let period = FigurePeriod(rawValue: ask.query?.text("period") ?? "") ?? .standard
        let (now, base) = (ask.now, ask.base)
        let rendering = try await renderings.value(period.rawValue, at: now) { self.render(period, at: now, base) }
        let number = rendering ?? render(period, at: now, base)
        let last = self.rendering(of: ask.last)
        // What differs costs little, so it is made for those, too, who say that they have chosen numbers.
        return try await events.value("\(period.rawValue) \(number) \(last)", at: now) {
            self.event(period, from: last, to: number, at: now)
        } ?? event(period, from: last, to: number, at: now)
    }

    /// The number in the identifier of an event; 0 if it is not one of this process.
    private func rendering(of id: String?) -> Int {
        guard let id, id.hasPrefix(process + ".") else { return 0 }
        return Int(id.dropFirst(process.utf8.count + 1)) ?? 0
    }

    /// - Returns: the number of the rendering.
    private func render(_ period: FigurePeriod, at now: UnixTime, _ base: String) -> Int {
        let regions = OverviewRegions(sources.overview(period, at: now), base: base).all.map {
            ($0.name, renderer.part($0.template, $0.context))
        }
        return state.withLock { state in
            state.rendering += 1
            for (name, html) in regions where state.parts[period]?[name]?.html != html {
                state.parts[period, default: [:]][name] = Rendered(html: html, changedIn: state.rendering)
            }
            return state.rendering
        }
    }

    private func event(_ period: FigurePeriod, from last: Int, to number: Int, at now: UnixTime) -> LiveEvent {
        let parts = state.withLock { $0.parts[period] ?? [:] }
        let changed = parts.filter { $0.value.changedIn > last }.sorted { $0.key < $1.key }
        let data: JSONObject = [
            "at": .string(ShownTime.clock(now, withSeconds: true)),
            "regions": .object(JSONObject(changed.map { ($0.key, .string($0.value.html)) })),
        ]
        return LiveEvent(id: "\(process).\(number)", data: data.rendered())
    }
}
