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

    /// Returns the changes of a page, and one more if there are further ones.
    func changes(in store: any Store, limit: Int, at now: UnixTime) async throws -> [ListedChange] {
        var filter = ChangeFilter(since: period.length.map { now - $0 })
        if !actor.isEmpty { filter.actorID = ExactString(try await Self.person(actor, in: store) ?? actor) }
        guard !subject.isEmpty else {
            filter.subjectKind = ChangeSubject.Kind(rawValue: kind)
            return try await store.changes.page(filter, before: before, limit: limit + 1)
        }
        var found: [ListedChange] = []
        // Without a kind the identifier may be that of any, and each search has its index.
        for kind in ChangeSubject.Kind(rawValue: kind).map({ [$0] }) ?? ChangeSubject.Kind.allCases {
            let id = kind == .user ? try await Self.person(subject, in: store) ?? subject : subject
            (filter.subjectKind, filter.subjectID) = (kind, ExactString(id))
            found += try await store.changes.page(filter, before: before, limit: limit + 1)
        }
        return Array(found.sorted { $0.number > $1.number }.prefix(limit + 1))
    }

    /// The `sub` of the person with a user name.
    private static func person(_ name: String, in store: any Store) async throws(StoreError) -> String? {
        try await store.users.user(named: name)?.id.text
    }

    /// The command that finds the same.
    func command(at now: UnixTime) -> String {
        let subject =
            kind.isEmpty
            ? [] : ShellCommand.option("--subject", subject.isEmpty ? kind : "\(kind):\(subject)")
        return ShellCommand.text(
            ["changes", "list"] + subject + (actor.isEmpty ? [] : ShellCommand.option("--actor", actor))
                + (period.length.map { ["--since", (now - $0).text] } ?? []))
    }
}
