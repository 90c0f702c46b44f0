@_exported import Server

/// Which changes an operator looks for. A condition that is `nil` matches all.
package struct ChangeSearch: Sendable, Equatable {
    /// Who made them: the user name or `sub` of a person, a `client_id`, or a user of the operating system.
    package var actor: String?
    package var kind: ChangeSubject.Kind?
    /// The identifier of what was changed; of a person the user name, too. Without a kind, that of any.
    package var subject: String?
    /// See `ChangeFilter.since`.
    package var since: UnixTime?

    package init(
        actor: String? = nil, kind: ChangeSubject.Kind? = nil, subject: String? = nil, since: UnixTime? = nil
    ) {
        (self.actor, self.kind, self.subject, self.since) = (actor, kind, subject, since)
    }
}

extension ChangeAdministration {
    /// Returns changes, newest first.
    ///
    /// - Parameter number: only changes before this one.
    package func list(
        _ search: ChangeSearch, before number: Int64?, limit: Int
    ) async throws(StoreError) -> [ListedChange] {
        var found: [ListedChange] = []
        for filter in try await filters(search) {
            let page = try await store.changes.page(filter, before: number, limit: limit)
            found = found.isEmpty ? page : Array((found + page).sorted { $0.number > $1.number }.prefix(limit))
        }
        return found
    }

    /// Returns disjoint filters that together find what is looked for; each has its index.
    private func filters(_ search: ChangeSearch) async throws(StoreError) -> [ChangeFilter] {
        var actors: [ExactString?] = [nil]
        if let actor = search.actor { actors = try await identifiers(actor) }
        var subjects: [(kind: ChangeSubject.Kind?, id: ExactString?)] = [(search.kind, nil)]
        if let subject = search.subject {
            let people = try await identifiers(subject)
            let kinds = search.kind.map { [$0] } ?? ChangeSubject.Kind.allCases
            subjects = kinds.flatMap { kind in
                (kind == .user ? people : [ExactString(subject)]).map { (kind, $0) }
            }
        }
        return actors.flatMap { actor in
            subjects.map {
                ChangeFilter(subjectKind: $0.kind, subjectID: $0.id, actorID: actor, since: search.since)
            }
        }
    }

    /// Returns an identifier, and the `sub` of the person with this user name. A person must not hide the changes of a client or a user of
    /// the operating system who is called the same.
    private func identifiers(_ text: String) async throws(StoreError) -> [ExactString] {
        let identifier = ExactString(text)
        guard let person = try await store.users.user(named: text).map({ ExactString($0.id.text) }),
            person != identifier
        else { return [identifier] }
        return [identifier, person]
    }
}
