import CountersignJOSE

/// `GET /health/live` and `GET /health/ready`: whether the process runs, and whether it can do its work.
public struct HealthEndpoint: Endpoint {
    private let obstacle: @Sendable () async -> String?
    private let report: @Sendable (ServerEvent) -> Void

    /// Answers as soon as the process does.
    public static let live = HealthEndpoint(obstacle: { nil }, report: { _ in })

    /// - Parameters:
    ///   - obstacle: what keeps the server from issuing tokens, or `nil`.
    ///   - report: writes a line into the server's log. The caller is not told what is wrong, only that something is.
    public init(obstacle: @escaping @Sendable () async -> String?, report: @escaping @Sendable (ServerEvent) -> Void) {
        self.obstacle = obstacle
        self.report = report
    }

    /// The methods this endpoint answers.
    public var methods: [String] { ["GET", "HEAD"] }

    /// Answers one request.
    public func respond(to request: EndpointRequest) async -> EndpointResponse {
        guard let obstacle = await obstacle() else {
            return .json(JSONObject([("status", .string("ok"))]), headers: [.noStore])
        }
        report(.trouble("not ready: \(obstacle)"))
        return .json(JSONObject([("status", .string("unavailable"))]), status: 503, headers: [.noStore])
    }
}
