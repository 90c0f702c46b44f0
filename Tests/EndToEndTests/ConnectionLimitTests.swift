import Countersign
import TestSupport
import Testing

/// A request head whose body is still to come.
private let unfinishedHead = """
    POST /oauth2/token HTTP/1.1\r
    Host: as.example\r
    Content-Type: application/x-www-form-urlencoded\r
    Content-Length: 1000\r
    \r

    """

@Suite("Connection limits", .ownThreads)
struct ConnectionLimitTests {
    @Test(
        "A request that does not arrive in time is closed", .timeLimit(.minutes(5)),
        arguments: ["", "POST /oauth2", unfinishedHead, unfinishedHead + "grant_type=client"])
    func slow(_ beginning: String) async throws {
        let server = try await TestServer(clients: []) {
            $0.requestTimeout = .milliseconds(300)
            $0.idleTimeout = .milliseconds(300)
        }
        let connection = try await RawConnection(port: server.port)
        // On a busy machine the server may time out before the first byte is sent.
        if !beginning.isEmpty { try? await connection.send(beginning) }
        try await connection.closed()
        try await server.stop()
    }

    @Test("A body that trickles in is closed although bytes keep arriving", .timeLimit(.minutes(5)))
    func trickle() async throws {
        let server = try await TestServer(clients: []) { $0.requestTimeout = .milliseconds(300) }
        let connection = try await RawConnection(port: server.port)
        let head = unfinishedHead.replacing("Content-Length: 1000", with: "Transfer-Encoding: chunked")
        try await connection.send(head)
        // Sends single bytes until the server closes, which is long before the body is too large.
        var sent = 0
        await #expect(throws: (any Error).self) {
            while sent < 60_000 {
                try await connection.send("1\r\nx\r\n")
                sent += 1
            }
        }
        #expect(sent < 60_000)
        try await server.stop()
    }

    @Test("A request head beyond the limits is refused", arguments: [("x", 20_000), ("many", 0)])
    func head(_ kind: String, _ length: Int) async throws {
        let server = try await TestServer.shared()
        let connection = try await RawConnection(port: server.port)
        let fields =
            kind == "many"
            ? (0..<200).map { "X-\($0): 1\r\n" }.joined() : "X: \(String(repeating: "x", count: length))\r\n"
        let status = try? await connection.status(of: "GET /health/live HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        #expect(status == nil || status == 400 || status == 431)
    }
}
