import TestSupport
import Testing

@testable import Server

@Suite("W3C Trace Context: traceparent")
struct TraceContextTests {
    private static let traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let spanID = "00f067aa0ba902b7"
    private static let valid = "00-\(traceID)-\(spanID)-01"

    @Test(
        "§3.2.2: a well-formed field is read, of later versions what this one knows (§3.2.4)",
        arguments: [
            valid, "00-\(traceID)-\(spanID)-00", "00-\(traceID)-\(spanID)-ff", "01-\(traceID)-\(spanID)-01",
            "cc-\(traceID)-\(spanID)-01-what-the-future-will-be-like", "01-\(traceID)-\(spanID)-01-",
        ])
    func wellFormed(_ header: String) throws {
        let trace = try #require(TraceContext(header))
        #expect(trace.traceID == Self.traceID)
        #expect(trace.spanID == Self.spanID)
    }

    @Test(
        "§3.2.2: a malformed field is ignored",
        arguments: [
            "", "00", "00-\(traceID)-\(spanID)", "00-\(traceID)-\(spanID)-", "00-\(traceID)-\(spanID)-1",
            // §3.2.2.1: version ff is invalid; version 00 has exactly four fields.
            "ff-\(traceID)-\(spanID)-01", "0-\(traceID)-\(spanID)-01", "\(valid)-", "\(valid)-00", "\(valid) ",
            "01-\(traceID)-\(spanID)-01.", "01-\(traceID)-\(spanID)-011", "0G-\(traceID)-\(spanID)-01",
            // §3.2.2.3, §3.2.2.4: all zeros, upper case, other lengths.
            "00-00000000000000000000000000000000-\(spanID)-01", "00-\(traceID)-0000000000000000-01",
            "00-\(traceID.uppercased())-\(spanID)-01", "00-\(traceID)0-\(spanID)-01",
            "00-\(traceID.dropLast())-\(spanID)-01",
            "00-\(traceID)-\(spanID.uppercased())-01", "00_\(traceID)_\(spanID)_01", "00-\(traceID)-\(spanID)-0g",
            " \(valid)", "00-4bf92f3577b34da6a3ce929d0e0e473\n-\(spanID)-01",
            "00-4bf92f3577b34da6a3ce929d0e0e47é-\(spanID)-01",
            // §3.2: the field is there once; the values of a repeated one are joined.
            "\(valid), \(valid)",
        ])
    func malformed(_ header: String) {
        #expect(TraceContext(header) == nil)
    }

    private struct Refusing: Endpoint {
        let runtime: Runtime

        func respond(to request: EndpointRequest) async -> EndpointResponse {
            runtime.report(.notReady("the disk is full"))
            return .json([:], headers: [:])
        }
    }

    private static func lines(_ header: String?) async -> [String] {
        let (clock, log) = (TestClock(), RecordedLog())
        let routes = Routes([Route(Route.read, "/a", Refusing(runtime: log.runtime(clock)))])
        let headers: HeaderFields = header.map { ["TraceParent": $0] } ?? [:]
        _ = await routes.response(to: EndpointRequest(method: "GET", path: "/a", headers: headers))
        return log.texts
    }

    @Test("is in the log lines of the request's events, and of no other's")
    func logged() async {
        #expect(
            await Self.lines(Self.valid)
                == ["not ready: the disk is full trace_id=\(Self.traceID) span_id=\(Self.spanID)"])
        #expect(await Self.lines(nil) == ["not ready: the disk is full"])
        #expect(TraceContext.current == nil)
    }

    @Test("cannot forge a log line or a field of one", arguments: ["\n", " ", "\"", "\u{1B}[2J", "="])
    func hostile(_ text: String) async {
        for position in [0, 2, 10, 35, 52, 54, 55] {
            var header = Self.valid
            header.insert(contentsOf: text, at: header.index(header.startIndex, offsetBy: position))
            #expect(await Self.lines(header) == ["not ready: the disk is full"])
            // Of the right length again, unless nothing but the end was cut off.
            guard position < 55 else { continue }
            #expect(await Self.lines(String(header.prefix(55))) == ["not ready: the disk is full"])
        }
    }
}
