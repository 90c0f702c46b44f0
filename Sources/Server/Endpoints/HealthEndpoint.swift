import CountersignJOSE

/// `GET /health/live` and `GET /health/ready`: whether the process runs, and whether it can do its work.
struct HealthEndpoint: Endpoint {
    /// `nil` answers as soon as the process does. A caller only learns that there is a problem; the log says which.
    let readiness: ReadinessCheck?

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        guard await readiness?.isReady() != false else {
            return .json(JSONObject([("status", .string("unavailable"))]), status: 503, headers: .uncached)
        }
        return .json(JSONObject([("status", .string("ok"))]), headers: .uncached)
    }
}
