import Countersign
import Fetching
import Server
import Store
import Synchronization
import TestSupport
import Testing

/// An authorization server, the key server of its clients, and the clock of both.
struct RemoteBench {
    let clock: TestClock
    let keys: KeyServer
    let server: TestServer
    private let lines: Lines

    /// The events that the server reported.
    var log: [ServerEvent] { lines.events.withLock { $0 } }

    private final class Lines: Sendable {
        let events = Mutex<[ServerEvent]>([])
    }

    /// - Parameters:
    ///   - paths: the paths of the clients' key sets, by client ID. The clients have no keys of their own.
    ///   - fetchTimeout: generous, because most tests do not measure the machine's speed.
    init(
        _ paths: [String: String] = ["billing": "/jwks"], fetchTimeout: Duration = .seconds(60),
        settings: (inout ServerSettings) -> Void = { _ in }
    ) async throws {
        let (clock, keys, lines) = (TestClock(), try await KeyServer(), Lines())
        let clients = paths.map { id, path in
            TestClient(id: id, change: { $0.keySetURL = keys.url(path) }, hasKey: false)
        }
        var policy = FetchPolicy()
        policy.allowsHTTPOnLoopback = true
        policy.timeout = fetchTimeout
        server = try await TestServer(
            clients: clients, clock: { clock.now }, remote: policy, settings: settings,
            report: { event in lines.events.withLock { $0.append(event) } })
        (self.clock, self.keys, self.lines) = (clock, keys, lines)
    }

    /// Sends a token request with a new assertion.
    func token(
        _ client: String = "billing", kid: String? = "k1", key: SigningKey = TestClients.key,
        _ changes: [(String, String)] = []
    ) async throws -> Answer {
        let now = clock.now.seconds
        let assertion = try Assertion(
            client: client, key: key, header: kid.map { [("kid", .string($0))] } ?? [],
            claims: [("exp", .number(now + 60))])
        return try await server.token(assertion.signed(), changes)
    }

    /// Expects an answer that hides the reason from the caller and is audited under `code`.
    func expectRefusal(
        _ answer: Answer, _ code: RejectionCode, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        #expect(answer.status == 401, sourceLocation: sourceLocation)
        #expect(answer["error"] == "invalid_client", sourceLocation: sourceLocation)
        #expect(
            answer["error_uri"] == "\(TestServer.issuer)/errors/invalid_client", sourceLocation: sourceLocation)
        let reference = try #require(answer["reference"], sourceLocation: sourceLocation)
        #expect(
            answer["error_description"]
                == "Client authentication failed. The operator finds the reason under reference \(reference).",
            sourceLocation: sourceLocation)
        #expect(
            answer.memberNames == ["error", "error_description", "error_uri", "reference"],
            sourceLocation: sourceLocation)
        #expect(try await server.auditedCode(reference) == code, sourceLocation: sourceLocation)
    }

    func stop() async throws {
        try await server.stop()
        try await keys.stop()
    }
}
