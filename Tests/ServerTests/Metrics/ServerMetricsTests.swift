import TestSupport
import Testing

@testable import Server

@Suite("The metrics of a server")
struct ServerMetricsTests {
    /// An endpoint whose status is in the query.
    private struct Echo: Endpoint {
        func respond(to request: EndpointRequest) async -> EndpointResponse {
            .json([:], status: request.query.flatMap(Int.init) ?? 200, headers: [:])
        }
    }

    private let metrics = ServerMetrics()
    private var routes: Routes {
        Routes(
            [Route(Route.read, "/a", Echo()), Route(["POST"], "/clients/{id}", Echo())], counting: metrics.requests)
    }

    private func request(_ method: String, _ path: String, status: Int? = nil) async {
        _ = await routes.response(to: EndpointRequest(method: method, path: path, query: status.map { "\($0)" }))
    }

    private var series: [String] {
        metrics.requests.all.flatMap { route in
            route.series.map { "\(route.path) \($0.method.name) \($0.status) \($0.durations.snapshot.count)" }
        }.sorted()
    }

    @Test("count requests by route, method and status")
    func requests() async {
        await request("GET", "/a")
        await request("GET", "/a")
        await request("HEAD", "/a", status: 503)
        await request("POST", "/clients/billing")
        await request("POST", "/clients/orders")
        #expect(series == ["/a GET 200 2", "/a HEAD 503 1", "/clients/{id} POST 200 2"])
        #expect(metrics.snapshot().requests == 5)
        #expect(metrics.snapshot().requestsByStatusClass[.serverError] == 1)
        #expect(metrics.requests.active.value == 0)
    }

    @Test(
        "have no series that a caller chooses: unknown paths are one route, and methods that it does not take one method"
    )
    func hostile() async {
        for number in 0..<500 {
            await request("M\(number)", "/\(number)\"\n{x}")
            await request("M\(number)", "/a")
            await request("DELETE", "/clients/\(number)")
            await request("POST", "/clients/\(number)")
        }
        #expect(
            series == [
                "/a _OTHER 405 500", "/clients/{id} POST 200 500", "/clients/{id} _OTHER 405 500",
                "_OTHER _OTHER 404 500",
            ])
    }

    @Test("keep a series for each of many statuses, and drop what exceeds the slots of a route")
    func slots() async {
        for status in 200..<300 { await request("GET", "/a", status: status) }
        #expect(series.count == 64)
        await request("GET", "/a", status: 200)
        #expect(series.contains("/a GET 200 2"))
    }

    @Test("count each event once, also one whose log line is suppressed")
    func events() {
        let clock = TestClock()
        let log = RecordedLog(clock)
        let runtime = Runtime(clock: { clock.now }, metrics: metrics, report: log.events.record)
        for _ in 0..<120 {
            runtime.report(
                .assertionRefused(.replayed, client: "billing", address: nil, reference: .random(), isProven: true))
        }
        runtime.report(
            .assertionRefused(.badSignature, client: nil, address: nil, reference: .random(), isProven: false))
        runtime.report(.requestRefused(.invalidRequest, client: nil, address: nil, reference: .random()))
        runtime.report(.registrationRefused(.invalidRequest, address: nil, reference: .random()))
        runtime.report(.secretRefused(client: "billing", address: nil, reference: .random()))
        runtime.report(.tokenIssued(.refreshToken))
        runtime.report(.documentRead(.keySetOfClientURL, .failed))
        runtime.report(.documentRead(.keySet, .notModified))
        runtime.report(.documentRead(.clientMetadata, .failed))
        let snapshot = metrics.snapshot()
        #expect(
            snapshot.refusals == ["replayed": 120, "bad_signature": 1, "invalid_request": 2, "invalid_client": 1])
        #expect(snapshot.replays == 120)
        #expect(snapshot.tokensByGrant == [.refreshToken: 1, .authorizationCode: 0, .clientCredentials: 0])
        #expect(snapshot.keySetFetches == 1)
        #expect(snapshot.failedKeySetFetches == 1)
        // Counted only: neither a line, nor a part of the limit of lines.
        #expect(log.lines.count == 54)
    }

    @Test("count what the HTTP server refuses itself")
    func rejections() {
        metrics.requests.record(.malformed)
        metrics.requests.record(.overloaded)
        metrics.requests.record(.overloaded)
        #expect(metrics.snapshot().requestsByStatusClass[.clientError] == 1)
        #expect(metrics.snapshot().requestsByStatusClass[.serverError] == 2)
    }
}
