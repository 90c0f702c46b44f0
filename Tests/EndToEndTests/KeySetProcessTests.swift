import Countersign
import CountersignJOSE
import CountersignStore
import CountersignStoreSQLite
import Foundation
import Testing

@Suite("Key sets and the server as a process", .serialized, .timeLimit(.minutes(3)))
struct KeySetProcessTests {
    /// A data directory with one client whose keys are on a key server that goes by the real time.
    private struct Setup {
        let keys: KeyServer
        let directory = NSTemporaryDirectory() + "countersign-\(UUID().uuidString)"
        let issuer = "https://as.example"

        init() async throws {
            keys = try await KeyServer()
            let store = try SQLiteStore(directory: directory)
            let url = keys.url("/jwks")
            try await TestClient(id: "billing", change: { $0.keySetURL = url }, hasKey: false).register(in: store)
            await store.close()
            let configuration = "[remote_keys]\nallow_http_loopback = true\n"
            try configuration.write(toFile: directory + "/countersign.toml", atomically: true, encoding: .utf8)
        }

        func start() throws -> ServerProcess {
            try ServerProcess(
                directory: directory, arguments: ["--config", directory + "/countersign.toml", "--issuer", issuer])
        }

        func status(_ server: ServerProcess) throws -> Int {
            let now = UnixTime.now.seconds
            let assertion = try Assertion(
                header: [("kid", "k1")], claims: [("exp", .number(JSONNumber(now + 60)))])
            return try ServerProcessTests.curl(
                server.baseURL + "/oauth2/token", form: TestServer.form(assertion.signed())
            ).status
        }
    }

    @Test("After kill -9 and a restart a client gets its token while its key server is down")
    func restart() async throws {
        let setup = try await Setup()
        setup.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        let server = try setup.start()
        #expect(try setup.status(server) == 200)
        server.kill()
        let requests = setup.keys.requests()
        setup.keys.breakDown("/jwks")
        let again = try setup.start()
        #expect(try setup.status(again) == 200)
        #expect(again.terminate() == 0)
        #expect(setup.keys.requests() == requests)
        again.remove()
    }

    @Test("SIGTERM ends it cleanly and soon, whatever a key server does")
    func hangingKeyServer() async throws {
        let setup = try await Setup()
        setup.keys.hang("/jwks")
        let server = try setup.start()
        await until { setup.keys.requests() > 0 }
        let began = ContinuousClock.now
        #expect(server.terminate() == 0)
        // A fetch has 5 seconds; the rest is a busy machine's.
        #expect(ContinuousClock.now - began < .seconds(15))
        let again = try setup.start()
        setup.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        var status = 401
        while status != 200, ContinuousClock.now - began < .seconds(120) { status = try setup.status(again) }
        #expect(status == 200)
        #expect(again.terminate() == 0)
        again.remove()
    }

    /// Waits for something that others bring about.
    private func until(_ condition: () -> Bool) async {
        while !Task.isCancelled, !condition() { await Task.yield() }
    }
}
