import Countersign
import Store
import SQLite
import TestSupport
import Testing

@Suite("Clients whose keys are at a jwks_uri, over HTTP", .ownThreads, .timeLimit(.minutes(5)))
struct KeySetURLTests {
    private static let otherKey: SigningKey = {
        do { return try SigningKey.generate(.es256) } catch { preconditionFailure("\(error)") }
    }()

    @Test("A client gets a token; its key set is fetched once and stored for other nodes")
    func token() async throws {
        let bench = try await RemoteBench()
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        for _ in 0..<10 { #expect(try await bench.token().status == 200) }
        #expect(bench.keys.requests("/jwks") == 1)
        let record = try #require(try await bench.server.store.keySets.record(of: bench.keys.url("/jwks")))
        #expect(!record.body.isEmpty)
        #expect(record.problem == nil)
        try await bench.stop()
    }

    @Test("A byte order mark before a key set is skipped; UTF-16 is reported")
    func byteOrderMark() async throws {
        let bench = try await RemoteBench()
        let text = KeyServer.keySet([("k1", TestClients.key)])
        bench.keys.publish("/jwks", KeyServer.Page(body: [0xEF, 0xBB, 0xBF] + Array(text.utf8)))
        #expect(try await bench.token().status == 200)
        try await bench.stop()

        let other = try await RemoteBench()
        other.keys.publish("/jwks", KeyServer.Page(body: [0xFF, 0xFE] + text.utf8.flatMap { [$0, 0] as [UInt8] }))
        try await other.expectRefusal(try await other.token(), .keySetUnavailable)
        #expect(other.log.contains { String(describing: $0).contains("UTF-16") }, "\(other.log)")
        try await other.stop()
    }

    @Test("A client that rotates its key is never refused: the new kid triggers one fetch")
    func rotation() async throws {
        let bench = try await RemoteBench()
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        #expect(try await bench.token().status == 200)
        bench.clock.advance(by: .seconds(31))
        let before = bench.keys.requests("/jwks")
        bench.keys.publish("/jwks", keys: [("k2", Self.otherKey)])
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await bench.token(kid: "k2", key: Self.otherKey).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.allSatisfy { $0 == 200 })
        #expect(bench.keys.requests("/jwks") == before + 1)
        // The old key was removed with the old set.
        try await bench.expectRefusal(try await bench.token(kid: "k1"), .noMatchingKey)
        try await bench.stop()
    }

    @Test("A rotation under the same kid, or without one, is never refused and triggers one fetch")
    func rotationInPlace() async throws {
        for kid in ["k1", nil] {
            let bench = try await RemoteBench()
            bench.keys.publish("/jwks", keys: [(kid, TestClients.key)])
            #expect(try await bench.token(kid: kid).status == 200)
            bench.clock.advance(by: .seconds(31))
            let before = bench.keys.requests("/jwks")
            bench.keys.publish("/jwks", keys: [(kid, Self.otherKey)])
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await bench.token(kid: kid, key: Self.otherKey).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 200 })
            #expect(bench.keys.requests("/jwks") == before + 1)
            try await bench.expectRefusal(try await bench.token(kid: kid), .badSignature)
            #expect(bench.keys.requests("/jwks") == before + 1)
            try await bench.stop()
        }
    }

    @Test("Any number of bad signatures trigger one fetch per cool-down and do not affect the client")
    func badSignatures() async throws {
        let bench = try await RemoteBench()
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        #expect(try await bench.token().status == 200)
        let before = bench.keys.requests("/jwks")
        for coolDown in 1...2 {
            bench.clock.advance(by: .seconds(31))
            try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<100 { group.addTask { try await bench.token(key: Self.otherKey) } }
                for try await answer in group { try await bench.expectRefusal(answer, .badSignature) }
            }
            #expect(bench.keys.requests("/jwks") == before + coolDown)
            #expect(try await bench.token().status == 200)
        }
        // An unavailable key server does not affect the client either.
        bench.keys.breakDown("/jwks")
        bench.clock.advance(by: .seconds(31))
        try await bench.expectRefusal(try await bench.token(key: Self.otherKey), .keySetUnavailable)
        #expect(try await bench.token().status == 200)
        try await bench.stop()
    }

    @Test("Requests with random kids trigger one fetch per cool-down and do not affect the client")
    func randomKeyIDs() async throws {
        let bench = try await RemoteBench()
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        #expect(try await bench.token().status == 200)
        bench.clock.advance(by: .seconds(31))
        let before = bench.keys.requests("/jwks")
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask { try await bench.token(kid: "x\(number)", key: Self.otherKey).status }
            }
            for try await status in group { #expect(status == 401) }
        }
        #expect(bench.keys.requests("/jwks") == before + 1)
        #expect(try await bench.token().status == 200)
        try await bench.stop()
    }

    @Test("While the key server is down the cached set works, and the operator sees the problem")
    func down() async throws {
        let bench = try await RemoteBench()
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)], cacheControl: "max-age=600")
        #expect(try await bench.token().status == 200)
        bench.keys.breakDown("/jwks")
        bench.clock.advance(by: .seconds(3600))
        // The first request waits for the attempt; the others do not.
        for _ in 0..<5 { #expect(try await bench.token().status == 200) }
        let record = try #require(try await bench.server.store.keySets.record(of: bench.keys.url("/jwks")))
        #expect(record.problem?.contains("503") == true)
        #expect(
            bench.log.contains { if case .keySetUnreadable = $0 { true } else { false } })
        // An unknown key cannot be looked up; the caller is not told why.
        try await bench.expectRefusal(try await bench.token(kid: "k2", key: Self.otherKey), .keySetUnavailable)
        bench.clock.advance(by: .seconds(2 * 86_400))
        try await bench.expectRefusal(try await bench.token(), .keySetUnavailable)
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        bench.clock.advance(by: .seconds(600))
        #expect(try await bench.token().status == 200)
        try await bench.stop()
    }

    /// An invalid response at a jwks_uri.
    struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let page: KeyServer.Page

        static let all: [Broken] = [
            .init(testDescription: "nothing", page: .init(status: 404)),
            .init(testDescription: "an error with a body", page: .init(status: 500, body: Array("secret".utf8))),
            .init(testDescription: "a web page", page: .init(body: Array("<html>secret</html>".utf8))),
            .init(testDescription: "an empty document", page: .init()),
            .init(
                testDescription: "a redirect to another scheme",
                page: .init(status: 302, headers: [("Location", "https://secret.example/jwks")])),
            .init(
                testDescription: "a redirect to a private address",
                page: .init(status: 302, headers: [("Location", "http://169.254.169.254/secret")])),
            .init(testDescription: "more than 256 KiB", page: .init(body: Array(repeating: 0x20, count: 262_145))),
        ]
    }

    @Test(
        "RFC 7523 §3.2: without a key set the caller gets the answer of every unauthenticated caller",
        arguments: Broken.all)
    func firstFetchFails(_ broken: Broken) async throws {
        let bench = try await RemoteBench()
        bench.keys.publish("/jwks", broken.page)
        for _ in 0..<3 {
            let answer = try await bench.token()
            try await bench.expectRefusal(answer, .keySetUnavailable)
            #expect(!answer.text.contains("secret"))
            #expect(!answer.text.contains("jwks"))
        }
        // The scheduled attempt, and the one per cool-down that a request may trigger.
        #expect(bench.keys.requests() <= 2)
        try await bench.stop()
    }

    @Test("RFC 9110 §13.1.2: a set that has not changed is not sent again")
    func etag() async throws {
        let bench = try await RemoteBench()
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)], etag: "\"v1\"")
        #expect(try await bench.token().status == 200)
        bench.keys.publish("/jwks", .init(status: 304, headers: [("Cache-Control", "max-age=3600")]))
        bench.clock.advance(by: .seconds(700))
        #expect(try await bench.token().status == 200)
        #expect(bench.keys.lastHead.lowercased().contains("if-none-match: \"v1\""))
        bench.clock.advance(by: .seconds(3000))
        #expect(try await bench.token().status == 200)
        try await bench.stop()
    }

    @Test("A client's own key takes precedence over its jwks_uri; once revoked, nothing replaces it")
    func revokedOwnKey() async throws {
        let bench = try await RemoteBench([:])
        bench.keys.publish("/jwks", keys: [("k1", Self.otherKey), ("k2", TestClients.key)])
        let url = bench.keys.url("/jwks")
        try await TestClient(id: "billing", change: { $0.keySetURL = url }).register(in: bench.server.store)
        #expect(try await bench.token().status == 200)
        try await bench.expectRefusal(try await bench.token(kid: "k1", key: Self.otherKey), .badSignature)

        // A second connection to the same database, as the command line opens one.
        let other = try SQLiteStore(directory: bench.server.directory, role: .administration)
        let id = ClientID("billing")
        let number = try #require(try await other.clients.registration(of: id)?.keys.first?.number)
        try await other.clientKeys.setStatus(.revoked(since: bench.clock.now), number: number, of: id)
        try await Patience.expect("the revoked key is refused") { try await bench.token().status == 401 }
        for (kid, key) in [("k1", TestClients.key), ("k1", Self.otherKey), ("k2", TestClients.key)] {
            try await bench.expectRefusal(try await bench.token(kid: kid, key: key), .noMatchingKey)
        }
        #expect(bench.keys.requests() == 0)
        await other.close()
        try await bench.stop()
    }

    @Test("A hanging key server delays only the requests of its own client")
    func hanging() async throws {
        let bench = try await RemoteBench(
            ["billing": "/jwks", "shipping": "/others"], fetchTimeout: .seconds(5))
        bench.keys.publish("/others", keys: [("k1", TestClients.key)])
        #expect(try await bench.token("shipping").status == 200)
        bench.keys.hang("/jwks")
        async let patient = bench.token()
        for _ in 0..<20 { #expect(try await bench.token("shipping").status == 200) }
        try await bench.expectRefusal(try await patient, .keySetUnavailable)
        try await bench.stop()
    }
}
