import Administration

/// `/overview`, `/doctor` and `/settings`: the state of the running server.
struct ServerEndpoints: AdminNoun {
    let services: AdminServices

    var operations: [AdminOperation] {
        [
            .get("/overview", overview),
            .get("/doctor", doctor),
            .get("/settings", settings),
        ]
    }

    private func overview(_ request: AdminRequest) async throws -> AdminResponse {
        let name = try request.query("period")["period"] ?? FigurePeriod.standard.rawValue
        guard let period = FigurePeriod(rawValue: name) else {
            let known = FigurePeriod.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.invalidRequest, "period: expected one of \(known).")
        }
        return .document(OverviewReport(await services.overview.freshOverview(period, at: request.now)).json)
    }

    private func doctor(_ request: AdminRequest) async throws -> AdminResponse {
        .document(try await services.process.diagnosis(clock: services.runtime.clock).json)
    }

    private func settings(_ request: AdminRequest) async throws -> AdminResponse {
        let settings = services.process.settings
        return .document(["items": .array(settings.map(\.json)), "next": .null])
    }
}
