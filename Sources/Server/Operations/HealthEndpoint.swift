import Countersign
import CountersignJOSE

/// `GET /health/live` and `GET /health/ready`: whether the process runs, and whether it can do its work.
package struct HealthEndpoint: Endpoint {
    private let readiness: ReadinessCheck?

    /// Answers as soon as the process does.
    package static let live = HealthEndpoint(readiness: nil)

    private init(readiness: ReadinessCheck?) {
        self.readiness = readiness
    }

    /// - Parameter problem: what keeps the server from issuing tokens, or `nil`; asked once a second at most. It is logged; the caller
    ///   only learns that there is one.
    package init(
        problem: @escaping @Sendable () async -> String?, _ runtime: Runtime
    ) {
        readiness = ReadinessCheck(problem: problem, runtime)
    }

    /// The methods this endpoint answers.
    package var methods: [String] { ["GET", "HEAD"] }

    /// Answers one request.
    package func respond(to request: EndpointRequest) async -> EndpointResponse {
        guard await readiness?.isReady() != false else {
            return .json(JSONObject([("status", .string("unavailable"))]), status: 503, headers: [.noStore])
        }
        return .json(JSONObject([("status", .string("ok"))]), headers: [.noStore])
    }
}
