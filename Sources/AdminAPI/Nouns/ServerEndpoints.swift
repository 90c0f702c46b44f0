import Administration

/// `/doctor` and `/settings`: the state of the running server.
struct ServerEndpoints: AdminNoun {
    let services: AdminServices

    var operations: [AdminOperation] {
        [
            .get("/doctor", doctor),
            .get("/settings", settings),
        ]
    }

    private func doctor(_ request: AdminRequest) async throws -> AdminResponse {
        .document(try await services.process.diagnosis(clock: services.runtime.clock).json)
    }

    private func settings(_ request: AdminRequest) async throws -> AdminResponse {
        let settings = services.process.settings
        return .document(["items": .array(settings.map(\.json)), "next": .null])
    }
}
