import Administration
import Pages

/// `/audit/{number}`: one change, before and after, and its place in the hash chain.
struct ChangePage: ConsolePage {
    let path = AuditPage.location + "/{number}"
    let notices = ["undone": "The change has been undone. This is the change that did it."]

    /// Below the console's address.
    static func path(of number: Int64) -> String { "\(AuditPage.location)/\(number)" }

    /// So far below the largest number that the numbers around it can be computed.
    private static let largest = Int64.max - 100

    /// The number in the path.
    static func number(_ visit: Visit) throws(ConsoleFailure) -> Int64 {
        let text = try visit.parameter("number")
        guard let number = Int64(text), (1...largest).contains(number), String(number) == text else {
            throw .notFound("a change with the number “\(text)”")
        }
        return number
    }

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let number = try Self.number(visit)
        let log = visit.store.changes
        guard let listed = try await log.page(ChangeFilter(), before: number + 1, limit: 1).first,
            listed.number == number
        else { throw ConsoleFailure.notFound("change \(number) in its log") }
        // Two rows before, so that one is among them where a number is missing.
        let rows = try await log.rows(after: number - 2, limit: 3)
        var content = ChangeContent(
            listed: listed, chain: ChangeChainPlace(number, rows: rows, try await ChainState(log, at: visit.now)),
            around: try await ChangeTable.table(
                log.page(ChangeFilter(), before: number + 5, limit: 8), caption: "Changes around number \(number)",
                visit, current: number),
            now: visit.now, base: visit.address.path)
        guard let change = listed.change else { return content }
        let actor = ChangeWords.subject(change.actor)
        let things = try await ChangeSubjects(Set([change.subject] + [actor].compactMap(\.self)), in: visit.store)
        (content.subject, content.actorPath) = (
            things.name(of: change.subject), actor.flatMap { things.name(of: $0).path }
        )
        content.undoing = try await ChangeAdministration(visit.store).undoing(number)
        if change.subject.kind == .client, change.after != nil {
            var refusals = RefusalFilter()
            (refusals.client, refusals.since) = (change.subject.id.text, change.at)
            content.refusals = try await visit.store.audit.countsByCode(refusals, upTo: RefusalAdministration.counted)
                .total
        }
        return content
    }
}

/// The digests of a change and of its neighbours.
struct ChangeChainPlace: Sendable {
    let before: ChangePosition?
    let own: ChangePosition?
    let after: ChangePosition?
    /// Whether the digest fits the change, and the change its neighbours.
    let holds: Bool
    let state: ChainState

    /// - Parameter rows: the change and those beside it.
    init(_ number: Int64, rows: [ChangeRow], _ state: ChainState) {
        func row(_ number: Int64) -> ChangeRow? { rows.first { $0.number == number } }
        let (row, next) = (row(number), row(number + 1))
        let anchor = state.bounds.anchor
        before =
            rows.first { $0.number == number - 1 }?.position
            ?? (anchor.number == number - 1 && anchor != .start ? anchor : nil)
        own = row?.position
        after = next?.position
        let expected = before ?? (number == 1 ? .start : nil)
        let isLast = state.bounds.head.number == number
        holds =
            row.map { row in
                row.computedDigest == row.digest && expected.map { row.previous == $0.digest } ?? false
                    && (next.map { $0.previous == row.digest } ?? (isLast && state.bounds.head.digest == row.digest))
            } ?? false
        self.state = state
    }

    /// Whether the server had countersigned the log up to this change, or further.
    var countersigned: ChangeCountersignature? {
        state.countersigned.flatMap { $0.position.number >= own?.number ?? .max ? $0 : nil }
    }
}

struct ChangeContent: ConsoleContent {
    static let template = "change"

    let listed: ListedChange
    let chain: ChangeChainPlace
    let around: ShownTable
    let now: UnixTime
    /// The path of the console.
    let base: String
    var subject: (text: String, path: String?) = ("", nil)
    /// Where the actor is, below the console's address.
    var actorPath: String?
    /// The change that undoes this one.
    var undoing: Int64?
    /// The refusals of the client since.
    var refusals: FoundCount?

    private var number: String { ShownNumber.of(Int(listed.number)) }

    var head: PageHead {
        PageHead(
            title: "Change \(number)", crumbs: [("Audit", AuditPage.location)], lead: lead, offersChanges: true,
            commands: [
                ShellCommand.text(["changes", "show", "\(listed.number)"]),
                ShellCommand.text(["changes", "undo", "\(listed.number)"]), ShellCommand.text(["doctor"]),
            ])
    }

    private var lead: String {
        guard let change = listed.change else {
            return "This row cannot be read. It is damaged, or a later version has written it."
        }
        let kind = change.subject.kind.noun
        return
            "\(ShownText.of(ChangeWords.who(change.actor))), \(change.at.exactText): \(ChangeWords.what(change).lowercasedFirst), "
            + "\(kind) \(ShownText.of(subject.text))."
    }

    var context: [String: Any] {
        var context: [String: Any] = ["table": around.context, "chain": chainFacts, "holds": chain.holds]
        if chain.own != nil, !chain.holds {
            context["broken"] = [
                "text":
                    "This change, or one beside it, is not what was recorded. countersign doctor names the first change that does not fit."
            ]
        }
        if case .unreadable(_, let problem) = listed {
            context["problem"] = ["text": ShownText.of(problem, limit: 300)]
        }
        guard let change = listed.change else { return context }
        context["difference"] = ShownDifference(change).context(before: "Before", after: "After")
        context["facts"] = facts(change)
        if change.undoability == nil, undoing == nil {
            context["undo"] = ["url": base + ChangePage.path(of: listed.number) + "/undo"]
        }
        context["not_undoable"] = undoing == nil ? change.undoability.map { ["text": $0.message] } : nil
        context["undone"] = undoing.map {
            ["number": ShownNumber.of(Int($0)), "url": base + ChangePage.path(of: $0)]
        }
        if let refusals, refusals.number > 0 {
            var query = RefusalQuery()
            (query.client, query.start) = (change.subject.id.text, change.at)
            context["refusals"] = [
                "count": ShownNumber.of(refusals), "noun": refusals.number == 1 ? "time" : "times",
                "url": base + RefusalsPage.address + query.encoded,
            ]
        }
        return context
    }

    private func facts(_ change: Change) -> [[String: Any]] {
        func fact(_ label: String, _ text: String, _ path: String? = nil) -> [String: Any] {
            var cell: [String: Any] = ["text": ShownText.of(text, limit: 300)]
            cell["link"] = path.map { base + $0 }
            return ["label": label, path == nil ? "plain" : "anchor": cell]
        }
        var facts = [
            fact("Who", ChangeWords.who(change.actor), actorPath),
            fact("By way of", ChangeWords.channel(change.actor.channel)),
            ["label": "When", "time": ["datetime": change.at.text, "text": change.at.exactText]],
            fact("On", subject.text, subject.path), fact("Action", change.action.rawValue),
            fact("All changes of it", "Show them", ChangeWords.list(of: change.subject)),
        ]
        if let undone = change.undoes {
            facts.append(fact("Undoes", "Change \(ShownNumber.of(Int(undone)))", ChangePage.path(of: undone)))
        }
        return facts
    }

    private var chainFacts: [[String: Any]] {
        func hash(_ label: String, _ position: ChangePosition?, _ otherwise: String) -> [String: Any] {
            guard let position else { return ["label": label, "words": otherwise] }
            let digits = position.digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return ["label": "\(label), \(ShownNumber.of(Int(position.number)))", "hash": digits]
        }
        let countersigned = chain.countersigned.map {
            "Up to number \(ShownNumber.of(Int($0.position.number))) at \($0.at.text)"
        }
        return [
            hash("Before", chain.before, listed.number == 1 ? "None: this is the first change" : "Missing"),
            hash("This", chain.own, "Cannot be read"),
            hash("After", chain.after, "None: this is the latest change"),
            ["label": "Countersigned by the server", "words": countersigned ?? "Not yet"],
        ]
    }
}

extension String {
    /// In the middle of a sentence.
    var lowercasedFirst: String {
        // An abbreviation stays what it is.
        dropFirst().first?.isUppercase == true ? self : prefix(1).lowercased() + dropFirst()
    }
}

/// What differs between two states, as a table of a page: of bounded size, however much a change has changed.
struct ShownDifference: Sendable {
    private static let maximumLines = 60
    /// The most text of all values, in Unicode scalars.
    private static let maximumText = 12_000
    private static let valueLimit = 400

    private var lines: [DifferenceLine] = []
    private let count: Int

    init(_ change: Change) {
        let all = change.lines
        count = all.count
        var rest = Self.maximumText
        for line in all.prefix(Self.maximumLines) {
            let length = [line.path, line.before ?? "", line.after ?? ""].map {
                min($0.unicodeScalars.count, Self.valueLimit)
            }
            rest -= length.reduce(0, +)
            guard rest >= 0 else { break }
            lines.append(line)
        }
    }

    /// - Parameters:
    ///   - before: the heading of the values before.
    ///   - after: of those after.
    ///   - isReversed: whether the page shows how the change is taken back.
    func context(before: String, after: String, isReversed: Bool = false) -> [String: Any] {
        var context: [String: Any] = [
            "caption": "Changed fields, before and after", "before_label": before, "after_label": after,
            "lines": lines.map { line in
                let (old, new) = isReversed ? (line.after, line.before) : (line.before, line.after)
                var shown: [String: Any] = ["path": ShownText.of(line.path, limit: Self.valueLimit)]
                shown["before"] = old.map { ShownText.of($0, limit: Self.valueLimit) }
                shown["after"] = new.map { ShownText.of($0, limit: Self.valueLimit) }
                return shown
            },
        ]
        if lines.count < count {
            context["more"] = "\(count - lines.count) more values are not shown here: the command below shows all."
        }
        return context
    }
}
