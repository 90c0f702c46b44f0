import Synchronization

/// Metrics that are computed when they are read, such as gauges of what a store holds.
///
/// A class because it remembers the last result, which it returns again within its interval: how often somebody reads must not decide what
/// computing costs.
final class ComputedFamilies: Sendable {
    private struct State {
        /// The latest computation, in progress or done.
        var task: Task<[MetricFamily], Never>?
        /// When the latest computation ended; `nil` while it is in progress.
        var endedAt: ContinuousClock.Instant?
    }

    private let interval: Duration
    private let compute: @Sendable () async -> [MetricFamily]
    private let state = Mutex(State())

    init(interval: Duration, _ compute: @escaping @Sendable () async -> [MetricFamily]) {
        self.interval = interval
        self.compute = compute
    }

    /// Returns the metrics; callers share a computation that is in progress.
    func families() async -> [MetricFamily] {
        let task = state.withLock { state -> Task<[MetricFamily], Never> in
            if let task = state.task, state.endedAt.map({ ContinuousClock.now < $0 + interval }) ?? true { return task }
            let task = Task {
                let families = await compute()
                self.state.withLock { $0.endedAt = .now }
                return families
            }
            (state.task, state.endedAt) = (task, nil)
            return task
        }
        return await task.value
    }
}

/// `GET /metrics`: what the server counts, for Prometheus. It belongs on the management address only.
package struct MetricsEndpoint: Endpoint {
    /// However many read, and however often, the metrics are gathered five times a second at most.
    private static let interval: Duration = .milliseconds(200)

    private let families: ComputedFamilies

    package init(_ metrics: ServerMetrics) {
        families = ComputedFamilies(interval: Self.interval) { await metrics.families() }
    }

    package func respond(to request: EndpointRequest) async -> EndpointResponse {
        let format = ExpositionFormat(accept: request.headers["Accept"])
        let families = await self.families.families()
        return EndpointResponse(
            status: 200, headers: .uncached, contentType: format.contentType, body: format.render(families))
    }
}
