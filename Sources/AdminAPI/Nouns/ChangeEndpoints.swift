import Administration

/// `/changes`: who changed what, before and after.
struct ChangeEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/changes", list),
            .get("/changes/{number}", change),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request, filters: "subject_kind", "subject_id", "actor_id", "since")
        var filter = ChangeFilter()
        if let name = page.filters["subject_kind"] {
            guard let kind = ChangeSubject.Kind(rawValue: name) else {
                let known = ChangeSubject.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.invalidRequest, "subject_kind: expected one of \(known).")
            }
            filter.subjectKind = kind
        }
        filter.subjectID = page.filters["subject_id"].map { ExactString($0) }
        filter.actorID = page.filters["actor_id"].map { ExactString($0) }
        filter.since = try page.time("since")
        let changes = try await ChangeAdministration(request.store).list(
            filter, before: page.after.flatMap { Int64($0) }, limit: page.limit + 1)
        return page.response(changes, position: { String($0.number) }, json: \.json)
    }

    private func change(_ request: AdminRequest) async throws -> AdminResponse {
        let text = request.parameter("number")
        guard let number = Int64(text), number > 0 else {
            throw Problem(.invalidRequest, "The number of a change is a whole number from 1.")
        }
        return .thing(try await ChangeAdministration(request.store).change(number).json)
    }
}
