import NIOCore
import NIOHTTP1
import Testing

@testable import HTTP

@Suite("The places of large bodies")
struct LargeBodiesTests {
    @Test("are limited, and given back")
    func limit() {
        let bodies = LargeBodies(limit: 2)
        var first = bodies.take()
        let second = bodies.take()
        #expect(first != nil && second != nil)
        #expect(bodies.take() == nil)
        #expect(bodies.take() == nil)
        first = nil
        #expect(bodies.take() != nil)
        withExtendedLifetime((first, second)) {}
    }

    private struct FileEndpoint: Endpoint {
        func bodyLimit(for head: EndpointRequest) -> Int {
            head.parameters["name"] == head.query ? 100_000 : 0
        }

        func respond(to request: EndpointRequest) async -> EndpointResponse {
            EndpointResponse(status: 200, contentType: "text/plain", body: [])
        }
    }

    private static func request(_ target: String, length: Int?, _ responder: Responder) throws -> IncomingRequest {
        let fields = [("Host", "a")] + (length.map { [("Content-Length", "\($0)")] } ?? [])
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: target, headers: HTTPHeaders(fields))
        return IncomingRequest(try RequestHead(head), responder)
    }

    private let responder = Responder(
        routes: Routes([Route(["POST"], "/files/{name}", FileEndpoint())]), isBehindProxy: false)

    @Test(
        "The endpoint decides from the head, before the body is read",
        arguments: [
            ("/files/a?a", 100_000, nil), ("/files/a?a", 100_001, .tooLarge(limit: 100_000)),
            ("/files/a?b", 65_536, nil), ("/files/a?b", 65_537, .tooLarge(limit: 65_536)),
            ("/other", 65_537, .tooLarge(limit: 65_536)), ("/files/a?a", nil, nil),
        ] as [(String, Int?, IncomingRequest.Refusal?)])
    func announced(_ target: String, _ length: Int?, _ refusal: IncomingRequest.Refusal?) throws {
        let request = try Self.request(target, length: length, responder)
        #expect(request.refusal == refusal)
        #expect(request.place == nil)
    }

    private func append(_ count: Int, _ request: inout IncomingRequest) {
        let isWorthReading = request.append(ByteBuffer(repeating: 1, count: count), responder)
        #expect(isWorthReading)
    }

    @Test("A body takes its place with its first byte beyond the usual limit, and a refused one none")
    func place() throws {
        for length in [nil, 100_000] {
            var request = try Self.request("/files/a?a", length: length, responder)
            append(65_536, &request)
            #expect(request.place == nil)
            append(1, &request)
            #expect(request.place != nil)
            append(34_463, &request)
            #expect(request.endpointRequest(from: nil).body.count == 100_000)
            append(1, &request)
            #expect(request.place == nil)
            #expect(request.refusal == .tooLarge(limit: 100_000))
            #expect(request.endpointRequest(from: nil).body.count == nil)
        }
    }
}

extension EndpointRequest.Body {
    fileprivate var count: Int? { if case .bytes(let bytes) = self { bytes.count } else { nil } }
}
