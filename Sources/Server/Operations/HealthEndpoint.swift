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

    /// - Parameters:
    ///   - obstacle: what keeps the server from issuing tokens, or `nil`; asked once a second at most.
    ///   - clock: the server's clock.
    ///   - report: writes a line into the server's log. The caller is not told what is wrong, only that something is.
    package init(
        obstacle: @escaping @Sendable () async -> String?, clock: @escaping @Sendable () -> UnixTime,
        report: @escaping @Sendable (ServerEvent) -> Void
    ) {
        readiness = ReadinessCheck(obstacle: obstacle, clock: clock, report: report)
    }

    /// The methods this endpoint answers.
    package var methods: [String] { ["GET", "HEAD"] }

    /// Answers one request.
    package func respond(to request: EndpointRequest) async -> EndpointResponse {
        guard await readiness?.isReady() != false else {
            return .json(["status": "unavailable"], status: 503, headers: [.noStore])
        }
        return .json(["status": "ok"], headers: [.noStore])
    }
}
