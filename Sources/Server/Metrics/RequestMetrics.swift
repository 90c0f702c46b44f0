import Synchronization

/// The HTTP requests since the process started, by route, method and status. A class because all listeners of a process share it.
package final class RequestMetrics: Sendable {
    /// The value of labels that a caller would otherwise choose, as OpenTelemetry's conventions have it for methods.
    static let other = "_OTHER"

    /// Requests that are being answered.
    let active = Gauge()
    /// Requests for paths without a route.
    let unknownPath = RouteMetrics(RequestMetrics.other)
    private let rejections = CounterTable<Rejection>()
    private let routes = Mutex<[String: RouteMetrics]>([:])

    /// Why the HTTP server answers a request itself.
    package enum Rejection: String, CaseIterable, Sendable {
        case malformed
        /// The event loop has more requests than it can answer.
        case overloaded

        /// Of the response.
        var statusClass: StatusClass {
            switch self {
            case .malformed: .clientError
            case .overloaded: .serverError
            }
        }
    }

    /// Returns the counts of a route. Called when routes are put together, not for a request.
    func route(_ path: String) -> RouteMetrics {
        routes.withLock { routes in
            if let route = routes[path] { return route }
            let route = RouteMetrics(path)
            routes[path] = route
            return route
        }
    }

    /// Records a request that reached no endpoint.
    package func record(_ rejection: Rejection) { rejections.increment(rejection) }

    /// Records a request whose path or method no endpoint takes. The method is not a label then.
    func recordUnanswered(_ route: RouteMetrics?, status: Int) {
        route?.record(Self.other, status, took: .zero)
    }

    /// The routes that had a request, in the order of their paths.
    var all: [RouteMetrics] {
        [unknownPath] + routes.withLock { Array($0.values) }.sorted { $0.path < $1.path }
    }

    var rejected: [Rejection: UInt64] { rejections.values }

    /// The durations of a route's requests, whatever their status.
    func durations(of path: String) -> HistogramSnapshot {
        let series = routes.withLock { $0[path] }?.series ?? []
        return series.reduce(into: RequestSeries.empty) { $0.add($1.durations.snapshot) }
    }
}

/// The requests of one route, in a series for each method and status.
///
/// A series is made with its first request, without a lock. The methods are those of the route, the statuses those of its endpoint, so callers
/// can neither add nor name one.
///
/// `@unchecked Sendable`: `slots` is set once and holds atomics only, which live as long as this object.
final class RouteMetrics: @unchecked Sendable {
    let path: String
    private let slots: UnsafeMutablePointer<AtomicLazyReference<RequestSeries>>
    /// A power of two, and more than the methods times the statuses of any route.
    private static let slotCount = 64

    init(_ path: String) {
        self.path = path
        slots = .allocate(capacity: Self.slotCount)
        for index in 0..<Self.slotCount { (slots + index).initialize(to: AtomicLazyReference()) }
    }

    deinit {
        slots.deinitialize(count: Self.slotCount)
        slots.deallocate()
    }

    func record(_ method: String, _ status: Int, took duration: Duration) {
        series(RequestMethod(method), status)?.durations.record(duration)
    }

    /// - Returns: `nil` if all slots are taken.
    private func series(_ method: RequestMethod, _ status: Int) -> RequestSeries? {
        for probe in 0..<Self.slotCount {
            let slot = slots + (status &+ method.rawValue &* 16 &+ probe) & (Self.slotCount - 1)
            // Another thread may have taken the slot for another series meanwhile.
            let series = slot.pointee.load() ?? slot.pointee.storeIfNil(RequestSeries(method, status))
            if series.method == method, series.status == status { return series }
        }
        return nil
    }

    var series: [RequestSeries] { (0..<Self.slotCount).compactMap { slots[$0].load() } }
}

/// The requests of one route with one method and one status.
final class RequestSeries: Sendable {
    let method: RequestMethod
    let status: Int
    let durations: Histogram

    /// In microseconds: fine below a millisecond, where the token endpoint answers.
    private static let bounds: [UInt64] = [
        100, 250, 500, 750, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        10_000_000,
    ]

    init(_ method: RequestMethod, _ status: Int) {
        self.method = method
        self.status = status
        durations = Histogram(.seconds, bounds: Self.bounds.map { $0 * 1000 })
    }

    static let empty = RequestSeries(.other, 0).durations.snapshot

    var statusClass: StatusClass? { StatusClass(rawValue: status / 100) }
}

/// A method that some route has (RFC 9110 §9).
enum RequestMethod: Int {
    case post, get, head, put, patch, delete, options, other

    init(_ method: String) {
        self =
            switch method {
            case "POST": .post
            case "GET": .get
            case "HEAD": .head
            case "PUT": .put
            case "PATCH": .patch
            case "DELETE": .delete
            case "OPTIONS": .options
            default: .other
            }
    }

    var name: String {
        switch self {
        case .post: "POST"
        case .get: "GET"
        case .head: "HEAD"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other: RequestMetrics.other
        }
    }
}

/// The class of a status (RFC 9110 §15).
package enum StatusClass: Int, CaseIterable, Sendable {
    case informational = 1
    case successful, redirection, clientError, serverError
}
