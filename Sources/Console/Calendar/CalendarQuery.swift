import Administration

/// What the address of the expiry calendar asks for.
struct CalendarQuery: Sendable {
    /// `nil` for five weeks from this one on.
    var month: CalendarMonth?
    /// One day of those that are shown.
    var day: UnixTime?
    private let today: Int64
    /// Whether the list has what has ended, at any time.
    var isEnded = false
    var kind: Expiration.Kind?
    var client = ""
    var position: ExpiryPosition?

    init(_ form: Form?, at now: UnixTime) {
        day = form?.text("day").flatMap(CalendarDay.start(ofDay:))
        month = form?.text("month").flatMap { CalendarMonth($0) }
        today = CalendarDay.number(of: now)
        if month == nil, let day, day < days[0] || day >= days[35] { month = CalendarMonth(at: day) }
        isEnded = form?.text("show") == "ended"
        kind = form?.text("kind").flatMap(Expiration.Kind.init)
        client = form?.filter("client") ?? ""
        position = form?.text("after").flatMap { ExpiryPosition($0) }
    }

    /// What the calendar and the list are limited to.
    var filter: ExpiryFilter {
        var filter = ExpiryFilter()
        filter.kind = kind
        filter.client = client.isEmpty ? nil : ClientID(client)
        return filter
    }

    /// The beginning of each day that is shown, and of the day after the last one.
    var days: [UnixTime] {
        if let month { return month.days }
        let monday = today - CalendarDay.weekday(today)
        return (monday...monday + 35).map(CalendarDay.start)
    }

    func list(at now: UnixTime) -> ExpiryFilter {
        var filter = filter
        let days = days
        if isEnded {
            filter.until = now
        } else if let day {
            (filter.from, filter.until) = (day, day + .seconds(86_400))
        } else {
            (filter.from, filter.until) = (days.first ?? now, days.last ?? now)
        }
        return filter
    }

    var isNarrow: Bool { kind != nil || !client.isEmpty }

    /// The parameters of the address.
    var values: [(name: String, value: String)] {
        [
            ("month", isEnded ? "" : month?.text ?? ""), ("day", day.map(CalendarDay.text) ?? ""),
            ("show", isEnded ? "ended" : ""), ("kind", kind?.rawValue ?? ""), ("client", client),
            ("after", position?.text ?? ""),
        ].filter { !$0.1.isEmpty }
    }

    /// The query of the address.
    var encoded: String { values.isEmpty ? "" : "?" + FormWriter.encoded(values) }

    /// The calendar with something changed, from the beginning of its list.
    func with(_ change: (inout CalendarQuery) -> Void) -> CalendarQuery {
        var query = self
        query.position = nil
        change(&query)
        return query
    }

    /// The command that lists the same, and the one for a calendar program.
    func commands(at now: UnixTime) -> [String] {
        let filter = list(at: now)
        let options =
            (filter.from == .distantPast ? [] : ["--since", filter.from.text]) + ["--until", filter.until.text]
            + (kind.map { ["--kind", $0.rawValue] } ?? [])
            + (client.isEmpty ? [] : ShellCommand.option("--client", client))
        return [ShellCommand.text(["expiry"] + options), ShellCommand.text(["expiry", "--ics", "expiry.ics"])]
    }
}
