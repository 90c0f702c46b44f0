import Administration

/// What the address of the list of refusals asks for: filters and a place.
struct RefusalQuery: Sendable {
    /// How far back the list goes.
    enum Period: String, CaseIterable {
        case hour, day, week, any

        var title: String {
            switch self {
            case .hour: "Last hour"
            case .day: "Last day"
            case .week: "Last 7 days"
            case .any: "Any time"
            }
        }

        /// In a sentence.
        var words: String {
            switch self {
            case .hour: "in the last hour"
            case .day: "in the last day"
            case .week: "in the last 7 days"
            case .any: "kept"
            }
        }

        /// As an option of the command line.
        var option: String? {
            switch self {
            case .hour: "1h"
            case .day: "1d"
            case .week: "7d"
            case .any: nil
            }
        }

        var length: Duration? {
            switch self {
            case .hour: .seconds(3600)
            case .day: .seconds(86_400)
            case .week: .seconds(7 * 86_400)
            case .any: nil
            }
        }
    }

    enum Caller: String, CaseIterable {
        case anyone = ""
        case proven = "proved"
        case other = "not-proved"

        var title: String {
            switch self {
            case .anyone: "Anyone"
            case .proven: "Has proved its key"
            case .other: "Has not proved a key"
            }
        }
    }

    var reference = ""
    var client = ""
    var address = ""
    var endpoint = ""
    var cause = ""
    var caller = Caller.anyone
    var period = Period.day
    /// The time of the oldest refusal, in place of a period.
    var start: UnixTime?
    /// Whether the list is without groups although no cause is chosen.
    var isFlat = false
    var position: RefusalPosition?

    init() {}

    /// All refusals that name a client.
    init(ofClient id: String) { (client, period) = (id, .any) }

    init(_ form: Form?) {
        func text(_ name: String) -> String {
            (form?.filter(name) ?? "").trimmingPrefix { $0.isWhitespace }.description
        }
        reference = Reference(typed: text("reference")).text
        client = form?.filter("client") ?? ""
        address = text("address")
        endpoint = text("endpoint")
        cause = text("cause")
        caller = Caller(rawValue: text("caller")) ?? .anyone
        period = Period(rawValue: text("since")) ?? .day
        start = Int64(text("since")).flatMap { Self.times.contains($0) ? UnixTime(milliseconds: $0) : nil }
        isFlat = form?.text("view") == "list"
        position = form?.text("after").flatMap(RefusalPosition.init)
    }

    /// The times from which a list can begin, in milliseconds: until the year 10000.
    private static let times: Range<Int64> = 0..<253_402_300_800_000

    /// How far back the list goes, in a sentence.
    func periodWords(at now: UnixTime) -> String {
        start.map { "since \(ShownTime.text($0, at: now))" } ?? period.words
    }

    /// How far back the list can go, with the value and the title of each choice.
    func periods(at now: UnixTime) -> [(String, String)] {
        (start.map { [(since, "Since \(ShownTime.text($0, at: now))")] } ?? [])
            + Period.allCases.map { ($0.rawValue, $0.title) }
    }

    /// The parameter of the address that says how far back the list goes.
    var since: String { start.map { String($0.milliseconds) } ?? period.rawValue }

    /// Whether refusals are grouped by cause.
    var isGrouped: Bool { cause.isEmpty && !isFlat && position == nil && reference.isEmpty }

    /// Whether it looks for less than everything of its period.
    var isNarrow: Bool {
        ![reference, client, address, endpoint, cause].allSatisfy(\.isEmpty) || caller != .anyone
    }

    /// A reference is looked for at any time: a person who has one wants that refusal.
    func filter(at now: UnixTime) -> RefusalFilter {
        var filter = RefusalFilter()
        func given(_ text: String) -> String? { text.isEmpty ? nil : text }
        (filter.client, filter.address, filter.endpoint) = (given(client), given(address), given(endpoint))
        (filter.code, filter.referencePrefix) = (given(cause), given(reference))
        filter.isProven = caller == .anyone ? nil : caller == .proven
        filter.since = reference.isEmpty ? start ?? period.length.map { now - $0 } : nil
        return filter
    }

    /// The query of this list's address.
    var encoded: String {
        let values = [
            ("reference", reference), ("client", client), ("address", address), ("endpoint", endpoint),
            ("cause", cause), ("caller", caller.rawValue), ("since", start == nil && period == .day ? "" : since),
            ("view", isFlat ? "list" : ""), ("after", position?.text ?? ""),
        ].filter { !$0.1.isEmpty }
        return values.isEmpty ? "" : "?" + FormWriter.encoded(values.map { (name: $0.0, value: $0.1) })
    }

    /// The list with something changed, from its beginning.
    func with(_ change: (inout RefusalQuery) -> Void) -> RefusalQuery {
        var query = self
        query.position = nil
        change(&query)
        return query
    }

    /// The command that lists the same.
    func command(at now: UnixTime, countsCauses: Bool = false) -> String {
        // The command counts back from the time when it is typed.
        let length = start.map { "\(max(1, Int((now - $0) / .seconds(1)) + 1))s" }
        var words = countsCauses ? ["explain", "--causes"] : ["explain"]
        for (option, value) in [
            ("--client", client), ("--code", cause), ("--address", address), ("--endpoint", endpoint),
            ("--reference", reference), ("--since", reference.isEmpty ? length ?? period.option ?? "" : ""),
        ] where !value.isEmpty { words += ShellCommand.option(option, value) }
        switch caller {
        case .anyone: break
        case .proven: words.append("--proven")
        case .other: words.append("--not-proven")
        }
        return ShellCommand.text(words)
    }
}
