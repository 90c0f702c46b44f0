/// `GET /health/live` and `GET /health/ready`: whether the process runs, and whether it can do its work.
struct HealthEndpoint: Endpoint {
    /// `nil` only checks that the process responds. Callers learn only that there is a problem; the log says which.
    let readiness: ReadinessCheck?

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        guard await readiness?.isReady() != false else {
            return .json(["status": "unavailable"], status: 503, headers: .uncached)
        }
        return .json(["status": "ok"], headers: .uncached)
    }
}
