import Administration
import Pages

/// The list of refused requests: grouped by cause, or one cause after the other in pages.
struct RefusalsPage: ConsolePage {
    static let address = "/refusals"
    /// The refusals shown of each cause, and on a page without groups.
    private static let (perGroup, perPage) = (3, 30)

    let path = Self.address

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let query = RefusalQuery(visit.query)
        let refusals = RefusalAdministration(visit.store)
        let filter = query.filter(at: visit.now)
        var everyCause = filter
        everyCause.code = nil
        let causes = try await visit.store.audit.countsByCode(everyCause, upTo: RefusalAdministration.counted)
        var content = RefusalsContent(query: query, causes: causes, now: visit.now, base: visit.address.path)
        if query.isGrouped {
            content.groups = try await refusals.groups(causes, filter, latest: Self.perGroup)
        } else {
            content.list = try await refusals.search(filter, after: query.position, limit: Self.perPage)
        }
        if causes.groups.isEmpty {
            content.isUnused = try await visit.store.audit.latest(1, onlyProven: false).isEmpty
        }
        let clients = (content.list.entries + content.groups.flatMap(\.latest)).compactMap(\.clientID)
        content.names = try await RefusedClient.names(of: Set(clients), in: visit.store)
        return content
    }
}

struct RefusalsContent: ListedContent {
    static let template = "refusals"

    let query: RefusalQuery
    /// The causes of the period with their numbers, that which is chosen and all others.
    let causes: RefusalCounts<String>
    let now: UnixTime
    /// The console's path.
    let base: String
    var groups: [RefusalGroup] = []
    /// The refusals of a page without groups.
    var list = RefusalList()
    /// Whether nothing was ever refused.
    var isUnused = false
    var names: [String: RefusedClient] = [:]
    /// Whether causes are left out.
    var hasMoreGroups = false

    /// The heads of the groups are rows, too.
    var rowCount: Int { list.entries.count + groups.count + groups.reduce(0) { $0 + $1.latest.count } }

    /// Groups keep as many rows as fit below each; with less than one each, the most frequent causes stay.
    func keeping(_ count: Int) -> RefusalsContent {
        var content = self
        content.list = list.keeping(count)
        guard !groups.isEmpty else { return content }
        let perGroup = max(min(1, count - 1), count / groups.count - 1)
        content.groups = groups.prefix(max(1, count / (perGroup + 1))).map { $0.keeping(perGroup) }
        content.hasMoreGroups = hasMoreGroups || content.groups.count < groups.count
        return content
    }

    private var total: FoundCount {
        guard !query.cause.isEmpty else { return causes.total }
        return causes.groups.first { $0.key == query.cause }?.count ?? FoundCount(0)
    }

    private var isEmpty: Bool { groups.isEmpty && list.entries.isEmpty }

    var head: PageHead {
        let lead =
            isUnused
            ? "Nothing was refused yet."
            : "\(ShownNumber.of(total)) \(query.reference.isEmpty ? query.periodWords(at: now) : "kept")"
                + "\(query.isGrouped && !groups.isEmpty ? ", grouped by cause" : ""). Nothing shown here could be used again: assertions and "
                + "signatures are not kept."
        let newest = list.entries.first ?? groups.first?.latest.first
        return PageHead(
            title: "Refusals", lead: lead,
            commands: [PageHead.command(query.command(at: now), or: ShellCommand.text(["explain"]))]
                + (query.isGrouped
                    ? [
                        PageHead.command(
                            query.command(at: now, countsCauses: true), or: ShellCommand.text(["explain", "--causes"]))
                    ] : [])
                + (newest.map { [ShellCommand.text(["explain", $0.reference.text])] } ?? []))
    }

    private var url: String { base + RefusalsPage.address }

    var context: [String: Any] {
        var context: [String: Any] = [
            "action": url, "reference": ShownText.of(query.reference), "client": ShownText.of(query.client, limit: 300),
            "address": ShownText.of(query.address),
            "endpoint": ShownText.of(query.endpoint, limit: 300), "is_flat": query.isFlat, "caption": caption,
            "causes": options(
                [("", "Any cause")] + knownCauses.map { ($0, RefusalWords.title(of: $0)) }, selected: query.cause),
            "callers": options(
                RefusalQuery.Caller.allCases.map { ($0.rawValue, $0.title) }, selected: query.caller.rawValue),
            "periods": options(query.periods(at: now), selected: query.since),
            "groups": groups.map(context), "rows": list.entries.map(row), "has_rows": !isEmpty,
            "has_list": !list.entries.isEmpty,
            "is_unused": isUnused, "is_nothing_found": isEmpty && !isUnused,
            "all": url + query.with { $0.isFlat = true }.encoded,
            "is_grouped": query.isGrouped && !groups.isEmpty, "has_more_groups": hasMoreGroups,
            "without_filters": url + RefusalQuery().with { $0.period = .any }.encoded,
            "grouped": url
                + query.with {
                    ($0.isFlat, $0.cause) = (false, "")
                }.encoded,
            "has_groups_link": !query.isGrouped,
        ]
        if let next = list.next {
            context["next"] = url + query.with { $0.position = next }.encoded
        }
        if query.position != nil {
            context["first"] = url + query.with { _ in }.encoded
        } else {
            let filters = query.with { _ in }.encoded
            context["live"] =
                base + LiveRefusals.address + filters + (filters.isEmpty ? "?" : "&") + "from=\(now.seconds)"
        }
        context["made_at"] = ShownTime.clock(now, withSeconds: true)
        return context
    }

    private var caption: String {
        "Refusals \(query.periodWords(at: now))"
            + (query.isGrouped
                ? ", the latest of \(hasMoreGroups ? "the most frequent causes" : "each cause")" : ", the newest first")
    }

    /// The one that is chosen is among them even if there are no such refusals.
    private var knownCauses: [String] {
        let codes = Set(causes.groups.map(\.key)).union(query.cause.isEmpty ? [] : [query.cause])
        return codes.sorted()
    }

    private func options(_ values: [(String, String)], selected: String) -> [[String: Any]] {
        values.map { ["value": ShownText.of($0.0), "title": $0.1, "selected": $0.0 == selected] }
    }

    private func context(_ group: RefusalGroup) -> [String: Any] {
        [
            "id": "cause-" + group.code, "count": ShownNumber.short(group.count),
            "title": RefusalWords.title(of: group.code),
            "code": ShownText.of(group.code), "facts": RefusalWords.facts(of: group),
            "link": url + query.with { $0.cause = group.code }.encoded, "rows": group.latest.map(row),
        ]
    }

    private func row(_ entry: AuditEntry) -> [String: Any] {
        RefusalRow(entry: entry, client: entry.clientID.flatMap { names[$0] }, now: now, base: base).context
    }
}

/// A refusal as the list shows it, and as it arrives while the list is open.
struct RefusalRow {
    let entry: AuditEntry
    /// Of the identifier that the caller claimed, if it was looked up.
    let client: RefusedClient?
    let now: UnixTime
    /// The console's path.
    let base: String

    /// The values of the template `refusalrow`.
    var context: [String: Any] {
        let reference = entry.reference.text
        var row: [String: Any] = [
            "reference": reference, "link": base + RefusalsPage.address + "/" + PathSegment.encoded(reference),
            "time": ShownTime.context(entry.at, at: now),
            "is_proven": entry.isProven, "found": ShownText.of(RefusalWords.found(entry), limit: 200, room: 300),
            "code": ShownText.of(entry.code), "address": ShownText.of(entry.remoteAddress ?? "unknown"),
        ]
        row["client"] = entry.clientID.map { (client ?? RefusedClient(id: $0)).context(below: base) }
        return row
    }
}
