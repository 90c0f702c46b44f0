import Administration

/// The keys of a running server, which has its master key itself.
struct RemoteServerKeys: ServerKeyOperations {
    let server: RemoteServer

    func list(at now: UnixTime) async throws -> [ServerKeyAdministration.Details] {
        try await server.list(["server-keys"]).map { item in
            try server.decoded(item) { try ServerKeyAdministration.Details(answer: $0) }
        }
    }

    func rotate(
        _ algorithms: [SignatureAlgorithm]?, after delay: Duration, at now: UnixTime
    ) async throws -> [ServerKeyAdministration.Details] {
        // As at a data directory: an algorithm that the server could use and does not is named as such.
        let used = Set(try await list(at: now).filter { $0.state == .active }.map(\.algorithm))
        for algorithm in algorithms ?? [] where !used.contains(algorithm) { throw ServerKeyFailure.unused(algorithm) }
        _ = try await server.post(
            ["server-keys"],
            [
                "algorithms": algorithms.map { .array($0.map(\.name)) } ?? .null,
                "signs_in": .number(Int(delay.components.seconds)),
            ])
        return try await list(at: now)
    }

    func retire(_ keyID: String, at now: UnixTime) async throws -> [ServerKeyAdministration.Details] {
        try await server.delete(["server-keys", keyID])
        return try await list(at: now)
    }
}

/// The requests that a running server refused.
struct RemoteRefusals: RefusalOperations {
    let server: RemoteServer

    func refusal(_ reference: String) async throws -> RefusalAdministration.Details {
        let found = try await server.get(["refusals", Reference(typed: reference).text]).object
        return try server.decoded(found) { try RefusalAdministration.Details(answer: $0) }
    }

    func latest(_ limit: Int, onlyProven: Bool) async throws -> [AuditEntry] {
        var filter = RefusalFilter()
        if onlyProven { filter.isProven = true }
        return try await search(filter, limit: limit)
    }

    func search(_ filter: RefusalFilter, limit: Int) async throws -> [AuditEntry] {
        try await server.first(limit, of: ["refusals"], query: Self.query(filter)).map { item in
            try server.decoded(item) { try AuditEntry(answer: $0) }
        }
    }

    func causes(_ filter: RefusalFilter) async throws -> RefusalCauses {
        let found = try await server.get(["refusals", "causes"], query: Self.query(filter)).object
        return try server.decoded(found) { try RefusalCauses(answer: $0) }
    }

    private static func query(_ filter: RefusalFilter) -> [(String, String)] {
        RefusalParameter.allCases.compactMap { parameter in
            parameter.value(in: filter).map { (parameter.rawValue, $0) }
        }
    }
}

/// The checks of a running server, by the server itself.
struct RemoteDoctor: DoctorOperations {
    let server: RemoteServer

    func diagnosis(at now: UnixTime) async throws -> Diagnosis {
        try server.decoded(try await server.get(["doctor"]).object) { try Diagnosis(answer: $0) }
    }
}

/// How a running server is, and what it did.
struct RemoteOverview: OverviewOperations {
    let server: RemoteServer

    /// The server's own clock says when it is.
    func overview(_ period: FigurePeriod, at now: UnixTime) async throws -> OverviewReport {
        let found = try await server.get(["overview"], query: [("period", period.rawValue)]).object
        return try server.decoded(found) { try OverviewReport(answer: $0) }
    }
}

/// What ends at a running server.
struct RemoteExpiry: ExpiryOperations {
    let server: RemoteServer

    func expiring(_ filter: ExpiryFilter, limit: Int) async throws -> [ExpiryEntry] {
        let values = [
            ("kind", filter.kind?.rawValue), ("client_id", filter.client?.text),
            ("since", filter.from == .distantPast ? nil : filter.from.text),
            ("until", filter.until == .distantFuture ? nil : filter.until.text),
        ]
        let query = values.compactMap { name, value in value.map { (name, $0) } }
        return try await server.first(limit, of: ["expiry"], query: query).map { item in
            try server.decoded(item) { try ExpiryEntry(answer: $0) }
        }
    }
}
