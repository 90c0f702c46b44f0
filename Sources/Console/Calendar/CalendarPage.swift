import Administration
import Pages

/// `/calendar`: everything that ends at a known time, as a month and as a list.
struct CalendarPage: ConsolePage {
    static let address = "/calendar"
    static let pageSize = 24
    /// What a day of the month shows; one more is read to know whether there are more.
    static let perDay = 2
    /// What is counted of each kind.
    private static let bound = 1000

    let path = Self.address

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let query = CalendarQuery(visit.query, at: visit.now)
        let expiry = ExpiryAdministration(visit.store, visit.settings)
        let list = try await expiry.page(query.list(at: visit.now), after: query.position, limit: Self.pageSize)
        var (ended, soon) = (query.filter, query.filter)
        ended.until = visit.now
        (soon.from, soon.until) = (visit.now, visit.now + ExpiryStage.thirtyDays.distance)
        var content = CalendarContent(
            query: query, list: list, ended: try await expiry.count(ended, upTo: Self.bound),
            soon: try await expiry.count(soon, upTo: Self.bound), now: visit.now, base: visit.address.path)
        if !query.isEnded {
            content.days = try await expiry.days(query.days, query.filter, limit: Self.perDay + 1)
            content.names = try await Self.names(content.days.flatMap { $0.prefix(Self.perDay) }, visit.store)
        }
        content.feed = visit.person.user.calendarFeed
        content.mayChange = visit.person.mayChange
        return content
    }

    private static func names(
        _ expirations: [Expiration], _ store: any Store
    ) async throws(StoreError) -> [ClientID: String] {
        var names: [ClientID: String] = [:]
        for client in Set(expirations.compactMap(\.client)) {
            names[client] = try await store.clients.registration(of: client)?.client.shownName
        }
        return names
    }
}

struct CalendarContent: ListedContent {
    static let template = "calendar"

    let query: CalendarQuery
    let list: ExpiryPage
    let ended: FoundCount
    /// What ends within 30 days.
    let soon: FoundCount
    let now: UnixTime
    /// The console's path.
    let base: String
    /// What the days of the month show.
    var days: [[Expiration]] = []
    var names: [ClientID: String] = [:]
    var feed: CalendarFeed?
    var mayChange = false
    /// How many entries of the list are shown.
    var kept = CalendarPage.pageSize

    private var entries: ArraySlice<ExpiryEntry> { list.entries.prefix(kept) }

    /// After what the next page begins.
    private var next: ExpiryPosition? {
        kept < list.entries.count ? entries.last?.expiration.position : list.next
    }

    var rowCount: Int { entries.count }

    func keeping(_ count: Int) -> CalendarContent {
        var content = self
        content.kept = count
        return content
    }

    private var url: String { base + CalendarPage.address }

    var head: PageHead {
        let past =
            ended.number == 0
            ? "Nothing has ended" : "\(ShownNumber.of(ended)) \(ended.number == 1 ? "has" : "have") ended"
        let ahead =
            soon.number == 0
            ? "nothing ends" : "\(ShownNumber.of(soon).lowercased()) \(soon.number == 1 ? "ends" : "end")"
        let limit = ShownTime.exact(now + ExpiryStage.thirtyDays.distance)
        return PageHead(
            title: "Expiry calendar",
            lead:
                "Certificates and keys of clients, keys seen at JWKS URIs, secrets, registration tokens, server keys and TLS. "
                + "\(past), \(ahead) by \(limit). All hours are UTC.",
            commands: query.commands(at: now))
    }

    var context: [String: Any] {
        let without = query.with { ($0.kind, $0.client) = (nil, "") }
        var context: [String: Any] = [
            "action": url, "month": shownMonth.text, "month_title": title,
            "client": ShownText.of(query.client, limit: 300), "has_month": !query.isEnded, "weeks": weeks,
            "kinds": [["value": "", "title": "Every kind", "selected": query.kind == nil]]
                + Expiration.Kind.allCases.map {
                    ["value": $0.rawValue, "title": $0.title, "selected": $0 == query.kind] as [String: Any]
                },
            "rows": entries.map(row), "has_rows": !entries.isEmpty, "list_title": listTitle,
            "is_narrow": query.isNarrow, "without_filters": url + without.encoded,
            "is_part": query.day != nil || query.isEnded,
            "whole_month": url + query.with { ($0.day, $0.isEnded) = (nil, false) }.encoded,
            "feed_page": base + CalendarFeedPage.address, "may_change": mayChange, "has_feed": feed != nil,
        ]
        if !hasDayLinks {
            let values = query.with { $0.day = nil }.values
            context["day_form"] = ["values": values.map { ["name": $0.name, "value": $0.value] }]
        }
        context["earlier"] = shownMonth.previous.map { month in
            url + query.with { ($0.month, $0.day) = (month, nil) }.encoded
        }
        context["later"] = later.map { month in
            url + query.with { ($0.month, $0.day) = (month, nil) }.encoded
        }
        if ended.number > 0, !query.isEnded {
            context["ended"] = url + query.with { ($0.isEnded, $0.day) = (true, nil) }.encoded
        }
        if let next { context["next"] = url + query.with { $0.position = next }.encoded }
        if query.position != nil { context["first"] = url + query.with { _ in }.encoded }
        context["feed_time"] = feed.map { ShownTime.context($0.createdAt, at: now) }
        return context
    }

    /// The month of the first day, for what comes before.
    private var shownMonth: CalendarMonth { query.month ?? CalendarMonth(at: now) }

    /// What comes after: of the weeks from this one on, the month in which they end.
    private var later: CalendarMonth? { query.month == nil ? lastDay.map { CalendarMonth(at: $0) } : shownMonth.next }

    private var lastDay: UnixTime? { query.days.dropLast().last }

    private var title: String {
        if let month = query.month { return month.title }
        let ends = [query.days.first, lastDay].compactMap { $0.map { ShownTime.exact($0).prefix { $0 != "," } } }
        return ends.joined(separator: " to ")
    }

    private var listTitle: String {
        if query.isEnded { return "What has ended" }
        guard let day = query.day else { return "In order" }
        return "On " + String(ShownTime.exact(day).prefix { $0 != "," })
    }

    /// How long all links of the month may be, in bytes: each repeats the filters.
    private static let roomForDayLinks = 12_000

    private func link(to day: UnixTime) -> String { url + query.with { $0.day = day }.encoded + "#list" }

    /// Whether what ends on a day links to that day. If the filters are too long for that, it is a button of a form that has them once.
    private var hasDayLinks: Bool { days.joined().count * link(to: now).utf8.count <= Self.roomForDayLinks }

    private var weeks: [[String: Any]] {
        let starts = query.days
        let cells = zip(starts, days).enumerated().map { index, day in cell(day.0, day.1, isFirst: index == 0) }
        return stride(from: 0, to: cells.count, by: 7).map { ["days": Array(cells[$0..<min($0 + 7, cells.count)])] }
    }

    private func cell(_ start: UnixTime, _ found: [Expiration], isFirst: Bool) -> [String: Any] {
        let text = CalendarDay.text(start)
        let today = CalendarDay.text(now)
        let number = Int(text.suffix(2)) ?? 0
        var cell: [String: Any] = [
            "date": text, "is_past": text < today, "is_today": text == today,
            "label": isFirst || number == 1
                ? String(ShownTime.exact(start).prefix { $0 != "," }.dropLast(5)) : "\(number)",
            "items": found.prefix(CalendarPage.perDay).map(context)
                + (found.count > CalendarPage.perDay ? [["is_more": true]] : []),
            "has_items": !found.isEmpty,
        ]
        if hasDayLinks { cell["day_link"] = link(to: start) }
        return cell
    }

    /// What ends on a day: whose it is, or of one client, what it is.
    private func context(_ item: Expiration) -> [String: Any] {
        let holder = query.client.isEmpty ? item.client.map { names[$0] ?? $0.text } : nil
        var context: [String: Any] = [
            "name": ShownText.of(holder ?? item.kind.title, limit: 40, room: 80),
            "time": String(item.at.text.dropFirst(11).prefix(5)),
        ]
        if holder != nil { context["kind"] = item.kind.title }
        return context.merging(mark(item)) { first, _ in first }
    }

    /// The icon of something that ends, with its colour.
    private func mark(_ item: Expiration) -> [String: Any] {
        if item.kind.isPlanned { return ["icon": "wait", "style": "is-none"] }
        if item.at <= now { return ["icon": "bad", "style": "is-bad"] }
        return item.at <= now + ExpiryStage.sevenDays.distance
            ? ["icon": "warn", "style": "is-warn"] : ["icon": "wait", "style": "is-none"]
    }

    private func row(_ entry: ExpiryEntry) -> [String: Any] {
        let item = entry.expiration
        let isPast = item.at <= now
        let badge = mark(item)["icon"] as? String ?? "wait"
        var row: [String: Any] = [
            "title": ShownText.of(title(entry)), "what": what(entry),
            "time": ["datetime": item.at.text, "text": ShownTime.exact(item.at)],
            "left": isPast
                ? item.verb.past.prefix(1).uppercased() + item.verb.past.dropFirst()
                : ShownTime.distance(item.at, at: now),
            "badge": badge == "wait" ? (isPast ? "plain" : "") : badge, "icon": badge, "outcome": entry.outcome,
            "remedy": entry.remedy, "is_disabled": entry.isOfDisabledClient,
        ]
        row["link"] = path(item).map { base + $0 }
        row["subject"] = item.subject.map { ShownText.of($0, limit: 120) }
        row["command"] = entry.command.map { ShownText.of($0, limit: 300) }
        return row
    }

    private func title(_ entry: ExpiryEntry) -> String {
        if let name = entry.clientName, !name.isEmpty { return name }
        return entry.expiration.client?.text ?? entry.expiration.kind.title
    }

    private func what(_ entry: ExpiryEntry) -> String {
        let item = entry.expiration
        return item.kind == .tlsCertificate
            ? "Of this server" : "\(item.kind.title) \(ShownText.of(item.name.text, limit: 20))"
    }

    /// The page of what ends, below the console's address.
    private func path(_ item: Expiration) -> String? {
        switch item.kind {
        case .keyStoreCertificate: ShownEntry.path(item.name.text)
        case .clientCertificate, .clientKey, .keySetCertificate, .clientSecret: item.client.map(ClientPage.path(of:))
        case .registrationToken: RegistrationTokensPage.location
        case .serverKey: ServerKeysPage.location
        case .tlsCertificate: nil
        }
    }
}
