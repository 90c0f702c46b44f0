import Countersign
import Store
import SQLite
import TestSupport
import Testing

@Suite("Clients whose keys are at a jwks_uri, over HTTP", .ownThreads, .timeLimit(.minutes(2)))
struct KeySetURLTests {
    private static let otherKey: SigningKey = {
        do { return try SigningKey.generate(.es256) } catch { preconditionFailure("\(error)") }
    }()

    @Test("Such a client gets a token, its set is read once, and the next node needs no fetch")
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

    @Test("A byte order mark before a key set is skipped; of one in UTF-16 the record says so")
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

    @Test("A client that rotates its key is not refused once: the new kid leads to one fetch")
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
        // The old key went with the old set.
        try await bench.expectRefusal(try await bench.token(kid: "k1"), .noMatchingKey)
        try await bench.stop()
    }

    @Test("A client that rotates its key under the same kid, or without any, is not refused once: one fetch for all")
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

    @Test("Bad signatures lead to one fetch in a cool-down, however many come, and cost the client nothing")
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
        // A key server that is down does not make it worse for the client.
        bench.keys.breakDown("/jwks")
        bench.clock.advance(by: .seconds(31))
        try await bench.expectRefusal(try await bench.token(key: Self.otherKey), .keySetUnavailable)
        #expect(try await bench.token().status == 200)
        try await bench.stop()
    }

    @Test("Requests with random kids lead to one fetch in a cool-down, and cost the client nothing")
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

    @Test("While its key server is down the set at hand works, and the operator can see it")
    func down() async throws {
        let bench = try await RemoteBench()
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)], cacheControl: "max-age=600")
        #expect(try await bench.token().status == 200)
        bench.keys.breakDown("/jwks")
        bench.clock.advance(by: .seconds(3600))
        // The first request waits for the attempt, the others do not wait.
        for _ in 0..<5 { #expect(try await bench.token().status == 200) }
        let record = try #require(try await bench.server.store.keySets.record(of: bench.keys.url("/jwks")))
        #expect(record.problem?.contains("503") == true)
        #expect(
            bench.log.contains { if case .keySetUnreadable = $0 { true } else { false } })
        // An unknown key cannot be looked for; the caller learns nothing of that.
        try await bench.expectRefusal(try await bench.token(kid: "k2", key: Self.otherKey), .keySetUnavailable)
        bench.clock.advance(by: .seconds(2 * 86_400))
        try await bench.expectRefusal(try await bench.token(), .keySetUnavailable)
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        bench.clock.advance(by: .seconds(600))
        #expect(try await bench.token().status == 200)
        try await bench.stop()
    }

    /// What may stand at a jwks_uri instead of a key set.
    struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let page: KeyServer.Page

        static let all: [Broken] = [
            .init(testDescription: "nothing", page: .init(status: 404)),
            .init(testDescription: "an error that talks", page: .init(status: 500, body: Array("secret".utf8))),
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
        "RFC 7523 §3.2: where no set can be had, the caller is told what every unproven caller is told",
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
        // The scheduled attempt, and the one in a cool-down that a request may cause.
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

    @Test(
        "A client's own key goes before its jwks_uri, and when it is revoked nothing takes its place, within a second")
    func revokedOwnKey() async throws {
        let bench = try await RemoteBench([:])
        bench.keys.publish("/jwks", keys: [("k1", Self.otherKey), ("k2", TestClients.key)])
        let url = bench.keys.url("/jwks")
        try await TestClient(id: "billing", change: { $0.keySetURL = url }).register(in: bench.server.store)
        #expect(try await bench.token().status == 200)
        try await bench.expectRefusal(try await bench.token(kid: "k1", key: Self.otherKey), .badSignature)

        // As the command line does it: another connection to the same database.
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

    @Test("A key server that does not answer costs one client's caller its patience, and nobody else's")
    func hanging() async throws {
        let bench = try await RemoteBench(["billing": "/jwks", "shipping": "/others"])
        bench.keys.publish("/others", keys: [("k1", TestClients.key)])
        #expect(try await bench.token("shipping").status == 200)
        bench.keys.hang("/jwks")
        async let patient = bench.token()
        for _ in 0..<20 { #expect(try await bench.token("shipping").status == 200) }
        try await bench.expectRefusal(try await patient, .keySetUnavailable)
        try await bench.stop()
    }
}
