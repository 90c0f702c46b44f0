import Administration
import Pages

/// `/audit`: who changed what, through what and when, the newest first.
struct AuditPage: ConsolePage {
    static let location = "/audit"
    private static let pageSize = 30

    let path = Self.location

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let query = ChangeQuery(visit.query)
        let found = try await ChangeAdministration(visit.store).list(
            query.search(at: visit.now), before: query.before, limit: Self.pageSize + 1)
        let (page, log) = (Array(found.prefix(Self.pageSize)), visit.store.changes)
        let chain = try await ChainState(log, at: visit.now)
        let url = visit.address.path + Self.location
        var content = ListContent(
            head: PageHead(
                title: "Audit", lead: chain.lead,
                commands: [query.command(at: visit.now), ShellCommand.text(["doctor"])]),
            action: url,
            table: try await ChangeTable.table(
                page, caption: "Changes, the newest first", visit, current: nil),
            empty: query.isFiltering
                ? .init(
                    title: "Nothing matches",
                    text: "No change that is recorded fits these filters.", link: ("All changes", url))
                : .init(
                    title: "Nothing was changed yet",
                    text:
                        "Each change of clients, keys, people and resources appears here: who made it, and what it was before and after."
                ),
            filters: Self.filters(query), warnings: chain.warnings)
        let numbers = found.map(\.number)
        content.pages = { count in
            var pages = ListContent.Pages()
            if query.before != nil { pages.previous = ("Newest", url + query.at(nil).encoded) }
            if let first = numbers.first, let last = numbers.prefix(count).last {
                pages.note = "Number \(ShownNumber.of(Int(last))) to \(ShownNumber.of(Int(first)))"
                if count < numbers.count { pages.next = ("Older", url + query.at(last).encoded) }
            }
            return pages
        }
        return content
    }

    private static func filters(_ query: ChangeQuery) -> [ListContent.Filter] {
        let kinds = ChangeSubject.Kind.allCases.map { (value: $0.rawValue, label: ChangeWords.kind($0)) }
        let periods = RefusalQuery.Period.allCases.reversed().map { (value: $0.rawValue, label: $0.title) }
        return [
            .init(name: "by", label: "Who", value: query.actor, control: .text(example: "User name or client ID")),
            .init(name: "kind", label: "Kind", value: query.kind, control: .choice([("", "Anything")] + kinds)),
            .init(
                name: "on", label: "On", value: query.subject, control: .text(example: "Client ID, user name, alias…")),
            .init(name: "since", label: "Since", value: query.period.rawValue, control: .choice(periods)),
        ]
    }
}

/// A table of changes.
enum ChangeTable {
    /// - Parameter current: the number of the change that the page is about.
    static func table(
        _ changes: [ListedChange], caption: String, _ visit: Visit, current: Int64?
    ) async throws(StoreError) -> ShownTable {
        let subjects = try await ChangeSubjects(of: changes.compactMap(\.change), in: visit.store)
        let base = visit.address.path
        return ShownTable(
            id: "changes", caption: caption, columns: ["Number", "Time", "Who", "What", "On"],
            rows: changes.map { row(of: $0, subjects, base, at: visit.now, isCurrent: $0.number == current) })
    }

    private static func row(
        of listed: ListedChange, _ subjects: ChangeSubjects, _ base: String, at now: UnixTime, isCurrent: Bool
    ) -> ShownTable.Row {
        let number = ShownTable.Cell.link(
            ShownNumber.of(Int(listed.number)), to: base + ChangePage.path(of: listed.number))
        guard let change = listed.change else {
            return ShownTable.Row(
                cells: [
                    number, .none("Unknown"), .none("Unknown"),
                    .badge(ShownBadge(kind: .bad, word: "Cannot be read")), .none("Unknown"),
                ], isCurrent: isCurrent)
        }
        let subject = subjects.name(of: change.subject)
        let undone = change.undoes.map { "undoes \(ShownNumber.of(Int($0)))" }
        return ShownTable.Row(
            cells: [
                number, .time(change.at, at: now),
                .text(ChangeWords.who(change.actor)).noting(ChangeWords.channel(change.actor.channel)),
                .text(ChangeWords.what(change), limit: 160).noting(undone),
                .link(subject.text, to: subject.path.map { base + $0 }).noting(ChangeWords.kind(change.subject.kind)),
            ], isCurrent: isCurrent)
    }
}

/// How far the log is countersigned by the server, as it was recorded last: no page checks the whole log.
struct ChainState: Sendable {
    /// A running server countersigns within seconds; a longer time means that it stopped, or found a fault.
    private static let patience: Duration = .seconds(120)

    let bounds: ChangeBounds
    let countersigned: ChangeCountersignature?
    /// Whether changes have waited too long for a countersignature.
    let isBehind: Bool
    private let now: UnixTime

    init(_ log: any ChangeLog, at now: UnixTime) async throws(StoreError) {
        bounds = try await log.bounds()
        countersigned = try await log.latestCountersignature()
        self.now = now
        let covered = countersigned?.position.number ?? bounds.anchor.number
        var isBehind = false
        if covered < bounds.head.number {
            let next = try await log.page(ChangeFilter(), before: covered + 2, limit: 1).first
            isBehind = next?.change.map { $0.at + Self.patience < now } ?? true
        }
        self.isBehind = isBehind
    }

    var count: Int64 { max(0, bounds.head.number - bounds.anchor.number) }

    var lead: String {
        guard count > 0 else { return "Nothing is recorded yet." }
        let number = "\(ShownNumber.of(Int(count))) \(count == 1 ? "change is" : "changes are") recorded"
        guard let countersigned else { return number + ", none of them countersigned by the server yet." }
        return number + ", countersigned by the server up to number "
            + "\(ShownNumber.of(Int(countersigned.position.number))) at \(ShownTime.text(countersigned.at, at: now))."
    }

    var warnings: [String] {
        guard isBehind else { return [] }
        return [
            "The latest changes are not countersigned, although the server does that within seconds. It may have found an altered "
                + "change: the server’s log has the reason, and countersign doctor checks the whole log."
        ]
    }
}
