import Administration
import Pages

/// What the overview shows, part by part. The page has them all; the live part sends those that have changed, as the same templates render
/// them. Nothing in them depends on who looks.
struct OverviewRegions: Sendable {
    /// A part of the page that is replaced as a whole.
    struct Region {
        let name: String
        let template: String
        let context: [String: Any]
    }

    let series: FigureSeries
    let health: HealthReport
    let startedAt: UnixTime
    let now: UnixTime
    /// The console's path.
    let base: String

    init(_ overview: Overview, base: String) {
        (series, health, startedAt) = (overview.series, overview.health, overview.startedAt)
        (now, self.base) = (overview.at, base)
    }

    var charts: [Region] {
        OverviewCharts(series: series).all.map { Region(name: $0.id, template: "chart", context: $0.context) }
    }

    var all: [Region] {
        [
            Region(name: "lead", template: "overview_lead", context: ["lead": lead]),
            Region(name: "health", template: "overview_health", context: healthContext),
            Region(name: "attention", template: "overview_attention", context: attentionContext),
        ] + charts
    }

    /// How things stand, in a sentence or two.
    var lead: String {
        let requests = ShownNumber.of(series.latest.perSecond(.requests) ?? 0)
        let refused = ShownNumber.of(Int(clamping: series.total.refusalCount))
        let things = health.attentions.count + health.omitted
        let attention =
            health.checkedAt == nil
            ? ""
            : things == 0
                ? " Nothing needs attention." : " \(Self.count(things, "thing needs", "things need")) attention."
        return "\(requests) token requests per second, \(refused) refused \(series.period.words).\(attention)"
    }

    private static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(ShownNumber.of(number)) \(number == 1 ? one : many)"
    }

    // MARK: Health

    private struct Item {
        /// `ok`, `warn`, `bad` or `wait`, which is the name of the icon, too.
        let state: String
        let title: String
        let value: String
        let note: String

        var context: [String: String] {
            [
                "state": state, "style": state == "wait" ? "soft" : "is-\(state)", "title": title, "value": value,
                "note": note,
            ]
        }
    }

    private var storeItem: Item {
        guard health.isStoreKnown else {
            return Item(state: "wait", title: "Store", value: "Being checked", note: "a moment, please wait")
        }
        return health.storeProblem.map {
            Item(state: "bad", title: "Store", value: "Cannot be written", note: ShownText.of($0))
        } ?? Item(state: "ok", title: "Store", value: "Writing", note: "checked every few seconds")
    }

    private var keySetItem: Item {
        switch health.keySetFindings {
        case nil: Item(state: "wait", title: "Key sets", value: "Not checked yet", note: "of clients with a jwks_uri")
        case 0?: Item(state: "ok", title: "Key sets", value: "Readable", note: "when they were last tried")
        case let found?:
            Item(
                state: "warn", title: "Key sets", value: Self.count(found, "problem", "problems"),
                note: "see below, or run doctor")
        }
    }

    var healthContext: [String: Any] {
        let failed = series.latest[.requests] == 0 ? "waiting for requests" : "answering"
        let items = [
            Item(
                state: "ok", title: "Token endpoint", value: failed.prefix(1).uppercased() + failed.dropFirst(),
                note: "up since \(ShownTime.text(startedAt, at: now))"),
            storeItem,
            Item(
                state: "ok", title: "Replay protection", value: "On disk",
                note: health.claims.map { Self.count($0, "assertion remembered", "assertions remembered") }
                    ?? "used assertions are remembered"),
            keySetItem,
            Item(
                state: "ok", title: "Server key", value: health.algorithm.name,
                note: health.nextKeyAt.map { "next change \(ShownTime.exact($0))" } ?? "no change planned"),
        ]
        return ["items": items.map(\.context)]
    }

    // MARK: Attention

    var attentionContext: [String: Any] {
        var context: [String: Any] = [
            "items": health.attentions.map(attention), "is_checked": health.checkedAt != nil,
            "is_empty": health.attentions.isEmpty,
            "is_incomplete": health.checkedAt != nil && !health.isComplete,
        ]
        if let checkedAt = health.checkedAt { context["checked"] = ShownTime.context(checkedAt, at: now) }
        if health.omitted > 0 { context["omitted"] = ShownNumber.of(health.omitted) }
        return context
    }

    private func attention(_ attention: Attention) -> [String: Any] {
        let isProblem = attention.grade == .problem
        var context: [String: Any] = [
            "state": isProblem ? "bad" : "warn", "word": isProblem ? "Problem" : "Warning",
            "text": ShownText.of(attention.text, limit: 160),
        ]
        context["detail"] = attention.detail.map { ShownText.of($0, limit: 200) }
        context["remedy"] = attention.remedy.map { ShownText.of($0, limit: 100) }
        switch attention.place {
        case .client(let client):
            context["link"] = [
                "path": base + "/clients/" + PathSegment.encoded(client.text), "text": "Open the client",
            ]
        case .refusals(let client):
            var query = RefusalQuery()
            (query.client, query.period) = (client.text, .hour)
            context["link"] = ["path": base + RefusalsPage.address + query.encoded, "text": "See why"]
        case .keyStoreEntry: context["link"] = ["path": base + KeyStorePage.address, "text": "Open the key store"]
        case .changeLog: context["link"] = ["path": base + AuditPage.location, "text": "Open the audit"]
        case nil: break
        }
        return context
    }
}
