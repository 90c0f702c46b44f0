import Administration

/// `/changes`: who changed what, before and after.
struct ChangeEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/changes", list),
            .get("/changes/{number}", change),
            .post("/changes/{number}/undo", undo),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request, filters: "subject_kind", "subject_id", "actor_id", "since")
        var search = ChangeSearch(actor: page.filters["actor_id"], subject: page.filters["subject_id"])
        if let name = page.filters["subject_kind"] {
            guard let kind = ChangeSubject.Kind(rawValue: name) else {
                let known = ChangeSubject.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.invalidRequest, "subject_kind: expected one of \(known).")
            }
            search.kind = kind
        }
        search.since = try page.time("since")
        let changes = try await ChangeAdministration(request.store).list(
            search, before: page.after.flatMap { Int64($0) }, limit: page.limit + 1)
        return page.response(changes, position: { String($0.number) }, json: \.json)
    }

    private func change(_ request: AdminRequest) async throws -> AdminResponse {
        .thing(try await ChangeAdministration(request.store).shown(try request.changeNumber).json)
    }

    /// Undoes a change. A change has one version, so `If-Match` would say nothing: what the change concerns must be as the change left it,
    /// which is compared in the transaction.
    private func undo(_ request: AdminRequest) async throws -> AdminResponse {
        let made = try await ChangeAdministration(request.store).undo(try request.changeNumber, at: request.now)
        return .created(made.json, at: request.url("changes", String(made.number)))
    }
}

extension AdminRequest {
    /// The parameter `number` of the path.
    fileprivate var changeNumber: Int64 {
        get throws(Problem) {
            guard let number = Int64(parameter("number")), number > 0 else {
                throw Problem(.invalidRequest, "The number of a change is a whole number from 1.")
            }
            return number
        }
    }
}
