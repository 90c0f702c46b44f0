import Administration

/// What the address of the list of changes asks for.
struct ChangeQuery: Sendable {
    /// As typed: a user name, a `sub`, a client ID or a user of the machine.
    var actor = ""
    var kind = ""
    /// An identifier, or the user name of a person.
    var subject = ""
    var period = RefusalQuery.Period.any
    /// The last number of the page before.
    var before: Int64?

    init() {}

    init(_ form: Form?) {
        actor = ClientField.trimmed(form?.text("by") ?? "")
        kind = form?.text("kind").flatMap { ChangeSubject.Kind(rawValue: $0) }?.rawValue ?? ""
        subject = ClientField.trimmed(form?.text("on") ?? "")
        period = form?.text("since").flatMap(RefusalQuery.Period.init) ?? .any
        before = form?.text("before").flatMap { Int64($0) }
    }

    var isFiltering: Bool { ![actor, kind, subject].allSatisfy(\.isEmpty) || period != .any }

    /// The query of the list's address.
    var encoded: String {
        let values = [
            ("by", actor), ("kind", kind), ("on", subject), ("since", period == .any ? "" : period.rawValue),
            ("before", before.map { String($0) } ?? ""),
        ].filter { !$0.1.isEmpty }
        return values.isEmpty ? "" : "?" + FormWriter.encoded(values.map { (name: $0.0, value: $0.1) })
    }

    /// The same list at another place.
    func at(_ before: Int64?) -> ChangeQuery {
        var query = self
        query.before = before
        return query
    }

    func search(at now: UnixTime) -> ChangeSearch {
        ChangeSearch(
            actor: actor.isEmpty ? nil : actor, kind: ChangeSubject.Kind(rawValue: kind),
            subject: subject.isEmpty ? nil : subject, since: period.length.map { now - $0 })
    }

    /// The command that finds the same.
    func command(at now: UnixTime) -> String {
        let subject =
            subject.isEmpty
            ? kind.isEmpty ? [] : ["--subject", kind]
            : ["--subject", "\(kind.isEmpty ? "any" : kind):\(subject)"]
        return ShellCommand.text(
            ["changes", "list"] + subject + (actor.isEmpty ? [] : ShellCommand.option("--actor", actor))
                + (period.length.map { ["--since", (now - $0).text] } ?? []))
    }
}
