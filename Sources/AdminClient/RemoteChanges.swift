import Administration

/// The change log of a running server.
struct RemoteChanges: ChangeOperations {
    let server: RemoteServer

    func list(_ search: ChangeSearch, limit: Int) async throws -> [ListedChange] {
        let values = [
            ("subject_kind", search.kind?.rawValue), ("subject_id", search.subject), ("actor_id", search.actor),
            ("since", search.since?.text),
        ]
        let query = values.compactMap { name, value in value.map { (name, $0) } }
        return try await server.first(limit, of: ["changes"], query: query).map { answer in
            try server.decoded(answer) { try ListedChange(answer: $0) }
        }
    }

    func shown(_ number: Int64) async throws -> ShownChange {
        // The API has no such path.
        guard number > 0 else { throw ChangeFailure.noChange(number) }
        let answer = try await server.get(["changes", String(number)]).object
        return try server.decoded(answer) { try ShownChange(answer: $0) }
    }

    /// The server's own clock says when it is.
    func undo(_ number: Int64, at now: UnixTime) async throws -> Change {
        guard number > 0 else { throw ChangeFailure.noChange(number) }
        let answer = try await server.post(["changes", String(number), "undo"], [:]).object
        return try server.decoded(answer) { try Change(answer: $0) }
    }
}
