import Administration
import Pages

/// The first page: how the server is, what needs attention, and what it does.
struct OverviewPage: ConsolePage {
    let path = ""

    func show(_ visit: Visit) -> any ConsoleContent {
        let period = FigurePeriod(rawValue: visit.query?.text("period") ?? "") ?? .standard
        return OverviewContent(
            regions: OverviewRegions(visit.overview.overview(period, at: visit.now), base: visit.address.path),
            base: visit.address.path)
    }
}

struct OverviewContent: ConsoleContent {
    static let template = "overview"

    let regions: OverviewRegions
    /// The console's path.
    let base: String

    var head: PageHead {
        PageHead(title: "Overview", lead: regions.lead, commands: [command, ShellCommand.text(["doctor"])])
    }

    private var command: String {
        let period = regions.series.period
        return ShellCommand.text(["overview"] + (period == .standard ? [] : ["--period", period.rawValue]))
    }

    private static func title(_ period: FigurePeriod) -> String {
        switch period {
        case .minutes: "Last 10 minutes"
        case .hour: "Last hour"
        case .day: "Last day"
        }
    }

    var context: [String: Any] {
        let period = regions.series.period
        return [
            "live": base + LiveOverview.address + "?" + FormWriter.encoded([("period", period.rawValue)]),
            "made_at": ShownTime.clock(regions.now, withSeconds: true), "period_title": Self.title(period),
            "periods": FigurePeriod.allCases.map { other -> [String: Any] in
                var link: [String: Any] = ["title": Self.title(other), "is_current": other == period]
                if other != period {
                    let query = other == .standard ? "" : "?" + FormWriter.encoded([("period", other.rawValue)])
                    link["link"] = (base.isEmpty ? "/" : base) + query
                }
                return link
            },
            "health": regions.healthContext, "attention": regions.attentionContext,
            "charts": regions.charts.map(\.context),
        ]
    }
}
