import Countersign
import Store
import SQLite
import Foundation
import TestSupport
import Testing

@Suite("Key sets and the server as a process", .ownThreads, .serialized, .timeLimit(.minutes(5)))
struct KeySetProcessTests {
    /// A data directory with one client whose keys are on a key server, in real time.
    private struct Setup {
        let keys: KeyServer
        let directory = TemporaryDirectory().path
        let issuer = "https://as.example"

        init() async throws {
            keys = try await KeyServer()
            let store = try SQLiteStore(directory: directory)
            let url = keys.url("/jwks")
            try await TestClient(id: "billing", change: { $0.keySetURL = url }, hasKey: false).register(in: store)
            await store.close()
            let configuration = "[remote_keys]\nallow_http_loopback = true\ncool_down_seconds = 1\n"
            try configuration.write(toFile: directory + "/countersign.toml", atomically: true, encoding: .utf8)
        }

        func start() throws -> ServerProcess {
            try ServerProcess(
                directory: directory, arguments: ["--config", directory + "/countersign.toml", "--issuer", issuer])
        }

        func status(_ server: ServerProcess, _ key: SigningKey = TestClients.key) throws -> Int {
            let now = UnixTime.now.seconds
            let assertion = try Assertion(
                key: key, header: [("kid", "k1")], claims: [("exp", .number(now + 60))])
            return try ServerProcessTests.curl(
                server.baseURL + "/oauth2/token", form: TestServer.form(assertion.signed())
            ).status
        }
    }

    @Test("'key-set test' shows each step and each key, and refuses what the server refuses")
    func tester() async throws {
        let setup = try await Setup()
        let configuration = ["--config", setup.directory + "/countersign.toml"]
        setup.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        let usable = try ServerProcess.run(["key-set", "test", setup.keys.url("/jwks")] + configuration)
        #expect(usable.status == 0, "\(usable.output)\(usable.errors)")
        for text in ["127.0.0.1, allowed", "usable      k1", "status        200"] {
            #expect(usable.output.contains(text), "\(usable.output)")
        }
        // Without the setting, plain http is not fetched.
        let plain = try ServerProcess.run(["key-set", "test", setup.keys.url("/jwks")])
        #expect(plain.status == 1 && plain.output.contains("The URL is refused"))
        let refused = try ServerProcess.run(["key-set", "test", "https://10.0.0.1/jwks", "--json"] + configuration)
        #expect(refused.status == 1 && refused.output.contains("\"allowed\":false,\"reason\":\"a private address\""))
        let user = try ServerProcess.run(["key-set", "test", "https://user:secret@keys.example/jwks"])
        #expect(user.status == 1 && user.output.contains("The URL is refused"))
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

    @Test("A byte order mark before a key set is skipped, and null members count as absent")
    func otherSerializers() async throws {
        let setup = try await Setup()
        let key = JWK(key: TestClients.key.verificationKey, keyID: "k1", use: "sig").object
        let members = key.members.map { ($0.name.text, $0.value) } + [("x5c", JSONValue.null), ("alg", .null)]
        let set: JSONObject = ["keys": .array([.object(JSONObject(members))]), "next": .null]
        setup.keys.publish("/jwks", KeyServer.Page(body: [0xEF, 0xBB, 0xBF] + Array(set.render().utf8)))
        let server = try setup.start()
        #expect(try setup.status(server) == 200)
        #expect(server.terminate() == 0)
        server.remove()
    }

    @Test("A rotation without kid works: a signature that no key verifies triggers a refresh")
    func rotationWithoutKid() async throws {
        let setup = try await Setup()
        setup.keys.publish("/jwks", keys: [(nil, TestClients.key)], cacheControl: "max-age=86400")
        let server = try setup.start()
        #expect(try setup.status(server) == 200)
        let next = try SigningKey.generate(.es256)
        setup.keys.publish("/jwks", keys: [(nil, next)], cacheControl: "max-age=86400")
        try Patience.expect("the new key is known") { try setup.status(server, next) == 200 }
        #expect(server.terminate() == 0)
        server.remove()
    }

    @Test("A key replaced under its kid is accepted within the cool-down, and the old one is refused")
    func rotationInPlace() async throws {
        let setup = try await Setup()
        setup.keys.publish("/jwks", keys: [("k1", TestClients.key)], cacheControl: "max-age=86400")
        let server = try setup.start()
        #expect(try setup.status(server) == 200)
        let (next, before) = (try SigningKey.generate(.es256), setup.keys.requests())
        setup.keys.publish("/jwks", keys: [("k1", next)], cacheControl: "max-age=86400")
        // The cool-down of a second may still be running.
        try Patience.expect("the new key is known") { try setup.status(server, next) == 200 }
        #expect(setup.keys.requests() > before)
        #expect(try setup.status(server) == 401)
        #expect(server.terminate() == 0)
        server.remove()
    }

    @Test("SIGTERM stops the server cleanly even while a key server hangs")
    func hangingKeyServer() async throws {
        let setup = try await Setup()
        setup.keys.hang("/jwks")
        let server = try setup.start()
        await until { setup.keys.requests() > 0 }
        // The key server never answers: without a fetch timeout this would not return.
        #expect(server.terminate() == 0)
        let again = try setup.start()
        setup.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        try Patience.expect("the keys are read") { try setup.status(again) == 200 }
        #expect(again.terminate() == 0)
        again.remove()
    }

    /// Yields to other tasks until a condition holds.
    private func until(_ condition: () -> Bool) async {
        while !Task.isCancelled, !condition() { await Task.yield() }
    }
}
