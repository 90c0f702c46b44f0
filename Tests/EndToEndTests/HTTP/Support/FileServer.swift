import Foundation
import HTTP
import Synchronization
import TestSupport

/// An HTTP server in this process with one endpoint that takes files from callers who prove themselves in the head.
final class FileServer: Sendable {
    /// The proof, as a header field.
    static let proof = "Authorization: Bearer good\r\n"

    let port: Int
    let folder: String
    private let gate: Gate
    private let serving: Task<Void, Never>

    init(tls: Bool = false, limits: (inout HTTPLimits) -> Void = { _ in }) async throws {
        folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if tls { try TLSIdentity.make("localhost").write(to: folder) }
        var configuration = HTTPServer.Configuration(
            host: "127.0.0.1", port: 0,
            tls: tls ? TLSFiles(certificate: folder + "/tls.pem", privateKey: folder + "/tls.key") : nil)
        // A debug build on a busy machine is slow, and these tests do not measure speed.
        configuration.limits.turnBudget = .seconds(60)
        limits(&configuration.limits)
        let front = try await HTTPServer.bind(configuration)
        let gate = Gate()
        self.gate = gate
        port = front.port
        serving = Task {
            await front.serve(
                Routes([
                    Route(["POST"], "/files", FileEndpoint(gate: nil)),
                    Route(["POST"], "/files/{name}", FileEndpoint(gate: gate)),
                ]))
        }
    }

    func wire() throws -> Wire { try Wire(port: port) }

    /// How many requests to `/files/{name}` wait for `open`.
    var waiting: Int { gate.waiting }

    /// Answers the requests to `/files/{name}`.
    func open() { gate.open() }

    func stop() async {
        open()
        serving.cancel()
        await serving.value
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Returns a request with a body of a length.
    static func request(
        _ length: Int, proof: Bool = true, path: String = "/files", fields: String = "", isChunked: Bool = false
    ) -> String {
        let size = isChunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: \(length)\r\n"
        let head =
            "POST \(path) HTTP/1.1\r\nHost: as.example\r\n" + (proof ? Self.proof : "") + fields + size + "\r\n"
        let body = String(repeating: "a", count: length)
        guard isChunked else { return head + body }
        // Chunks of different lengths, so that the limits lie within a chunk.
        let half = length / 2
        let chunks = [half, length - half].map { "\(String($0, radix: 16))\r\n\(body.prefix($0))\r\n" }
        return head + chunks.joined() + "0\r\n\r\n"
    }
}

/// An endpoint that answers with the length of the body.
private struct FileEndpoint: Endpoint {
    let gate: Gate?

    func bodyLimit(for head: EndpointRequest) -> Int {
        // Beyond the limit of all endpoints, which counts then.
        head.headers["Authorization"] == "Bearer good" ? .max : 0
    }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        await gate?.pass()
        switch request.body {
        case .bytes(let bytes):
            return EndpointResponse(status: 200, contentType: "text/plain", body: Array("\(bytes.count)".utf8))
        case .tooLarge(let limit):
            return EndpointResponse(status: 413, contentType: "text/plain", body: Array("\(limit)".utf8))
        }
    }
}

/// A gate at which requests wait.
private final class Gate: Sendable {
    private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

    var waiting: Int { state.withLock { $0.waiting.count } }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
