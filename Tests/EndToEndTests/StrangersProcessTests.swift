import Countersign
import Store
import SQLite
import Foundation
import TestSupport
import Testing

@Suite(
    "Floods by unauthenticated callers, and their effect on clients, on the real process", .ownThreads, .serialized,
    .timeLimit(.minutes(5)))
struct StrangersProcessTests {
    private static let path = "/agents/1"

    private let folder = TemporaryDirectory().path
    private var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    private static let configuration = """
        [remote_keys]
        allow_http_loopback = true

        [client_id_metadata_documents]
        enabled = true
        allowed_hosts = ["127.0.0.1"]
        scopes = ["read"]
        """

    /// Publishes a valid document with members replaced by name; `nil` removes a member.
    private func publish(
        _ keys: KeyServer, at path: String = Self.path, _ changes: [(String, JSONValue?)] = []
    ) throws {
        var members: [(String, JSONValue)] = [
            ("client_id", .string(keys.url(path))), ("client_name", "Agent"),
            ("token_endpoint_auth_method", "private_key_jwt"), ("grant_types", ["client_credentials"]),
            ("jwks", try JSONValue(parsing: Array(KeyServer.keySet([("k1", TestClients.key)]).utf8))),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        keys.publish(path, KeyServer.Page(body: JSONObject(members).rendered()))
    }

    private func withServer(
        _ configuration: String = Self.configuration, _ body: (ServerProcess, KeyServer) async throws -> Void
    ) async throws {
        let keys = try await KeyServer()
        let server = try ServerProcess.start(configuration: configuration, in: folder)
        defer {
            server.kill()
            try? FileManager.default.removeItem(atPath: folder)
        }
        try await body(server, keys)
        try await keys.stop()
    }

    /// Sends requests for made-up clients of the host, with a real signature by an unknown key.
    private func flood(_ server: CalledServer, _ keys: KeyServer, _ count: Int) async throws -> [Answer] {
        let key = try SigningKey.generate(.es256)
        return try await withThrowingTaskGroup(of: Answer.self) { group in
            for number in 0..<count {
                group.addTask { try await server.token(as: keys.url("/made-up/\(number)"), key: key) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("Made-up URLs do not block clients that proved a key, also after a restart; new ones are told to retry")
    func madeUp() async throws {
        try await withServer { server, keys in
            try publish(keys)
            #expect(try await server.called.token(as: keys.url(Self.path)).status == 200)
            let issuer = server.baseURL
            #expect(server.terminate() == 0)

            let again = try ServerProcess.start(
                configuration: Self.configuration, in: folder, arguments: ["--issuer", issuer])
            defer { again.kill() }
            for answer in try await flood(again.called, keys, 150) {
                #expect(answer.status == 401 || answer.status == 503)
                if answer.status == 503 {
                    #expect(answer["error"] == "temporarily_unavailable")
                    #expect(answer.headers["retry-after"] == "1")
                    #expect(answer["reference"] != nil)
                }
            }
            #expect(try await again.called.token(as: keys.url(Self.path), audience: issuer).status == 200)

            // A new client succeeds as soon as the budget refills, and is never refused as unknown.
            try publish(keys, at: "/agents/2")
            var statuses: [Int] = []
            while statuses.last != 200, statuses.count < 10_000 {
                statuses.append(try await again.called.token(as: keys.url("/agents/2"), audience: issuer).status)
            }
            #expect(Set(statuses).isSubset(of: [200, 503]))
            #expect(statuses.last == 200)
        }
    }

    @Test("While the budget is exhausted, unproven requests for real and made-up clients get the same answer")
    func noOracle() async throws {
        try await withServer { server, keys in
            try publish(keys)
            #expect(try await server.called.token(as: keys.url(Self.path)).status == 200)
            let key = try SigningKey.generate(.es256)
            _ = try await flood(server.called, keys, 150)
            // On a busy machine the budget may refill between two requests, so the pair is retried until it did not.
            var pair: [Answer] = []
            for number in 0..<1000 {
                let start = ContinuousClock.now
                let madeUp = try await server.called.token(as: keys.url("/other/\(number)"), key: key)
                let real = try await server.called.token(as: keys.url(Self.path), key: key)
                pair = [madeUp, real]
                if madeUp.status == 503, ContinuousClock.now - start < .seconds(1) { break }
            }
            #expect(pair.map(\.status) == [503, 503])
            #expect(pair[0].memberNames == pair[1].memberNames)
            let words = pair.map { $0["error_description"]?.replacing($0["reference"] ?? "", with: "") }
            #expect(words[0] == words[1])
            #expect(pair[0].headers.keys.sorted() == pair[1].headers.keys.sorted())
            // The client itself is not affected.
            #expect(try await server.called.token(as: keys.url(Self.path)).status == 200)
        }
    }

    @Test("draft-02 §5.2: a missing or invalid document works within seconds of being fixed")
    func fixedDocument() async throws {
        try await withServer { server, keys in
            for (number, fault) in [("client_secret", "x"), ("token_endpoint_auth_method", "none?")].enumerated() {
                let path = "/agents/\(number)"
                #expect(try await server.called.token(as: keys.url(path)).status == 401)
                try publish(keys, at: path, [(fault.0, .string(fault.1))])
                var statuses: [Int] = []
                try await Patience.expect("the wrong document is read") {
                    statuses.append(try await server.called.token(as: keys.url(path)).status)
                    return keys.requests(path) == 2
                }
                #expect(Set(statuses) == [401])
                try publish(keys, at: path)
                try await Patience.expect("the right document is read") {
                    statuses.append(try await server.called.token(as: keys.url(path)).status)
                    return statuses.last == 200
                }
                // The negative answer was cached, so the document was not fetched for each request.
                #expect(keys.requests(path) < statuses.count)
            }
        }
    }

    @Test("Null members of a document count as absent")
    func nullMembers() async throws {
        try await withServer { server, keys in
            try publish(
                keys, [("jwks_uri", .null), ("client_secret", .null), ("scope", .null), ("redirect_uris", .null)])
            let answer = try await server.called.token(as: keys.url(Self.path))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer["scope"] == "read")
        }
    }

    @Test("An expensive key from a URL is ignored, and the log says why")
    func costlyKeys() async throws {
        try await withServer { server, keys in
            let modulus = Base64URL.encode([UInt8](repeating: 0xC5, count: 1023) + [0xFB])
            let large = #"{"kty":"RSA","kid":"large","e":"AQAB","n":"\#(modulus)"}"#
            let good = JWK(key: TestClients.key.verificationKey, keyID: "k1").object.render()
            keys.publish("/jwks", KeyServer.Page(body: Array(#"{"keys":[\#(large),\#(good)]}"#.utf8)))
            try ServerProcessTests.expectSuccess([
                "client", "add", "--id", "billing", "--name", "Billing", "--jwks-uri", keys.url("/jwks"), "--data",
                server.directory,
            ])
            #expect(try await server.called.token(as: "billing").status == 200)
            let words = "RSA modulus of 8192 bits, at most 4096 are used from a URL"
            Patience.expect("the log names the key") { log.contains(words) }
            let shown = try ServerProcessTests.expectSuccess(["client", "show", "billing", "--data", server.directory])
            #expect(shown.contains(words))
        }
    }

    @Test("A flood of garbage displaces no trace and no log line of a registered client")
    func rubbish() async throws {
        try await withServer { server, _ in
            try registerBilling(server)
            let (isOver, called) = (Flag(), server.called)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        while !isOver.isSet { _ = try await called.post(TestServer.form("x.y")) }
                    }
                }
                var references: [String] = []
                for _ in 0..<200 {
                    let answer = try await server.called.token(as: "billing", audience: "https://other.example")
                    #expect(answer.status == 401)
                    #expect(answer["error_uri"]?.hasSuffix("/errors/wrong_audience") == true)
                    references.append(try #require(answer["reference"]))
                }
                // The flood is still running.
                let store = try SQLiteStore(directory: server.directory, role: .administration)
                for reference in references {
                    try await Patience.expect("the refusal is in the audit") {
                        try await store.audit.entry(Reference(typed: reference))?.code == "wrong_audience"
                    }
                }
                isOver.set()
                try await group.waitForAll()
                await store.close()
            }
            Patience.expect("200 lines, written or counted") { provenLines(log) == 200 }
        }
    }

    @Test("scopes_supported lists the scopes of registered clients, follows changes, and can be set or hidden")
    func scopesSupported() async throws {
        let paths = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]
        try await withServer { server, _ in
            for path in paths { #expect(try await server.called.get(path).object["scopes_supported"] == ["read"]) }
            try registerBilling(server, scope: "invoices.read read")
            for path in paths {
                try await Patience.expect("the scopes are listed") {
                    try await server.called.get(path).object["scopes_supported"] == ["invoices.read", "read"]
                }
            }
        }
        for (setting, listed) in [("[\"reports.read\"]", ["reports.read"] as JSONValue?), ("[]", nil)] {
            try await withServer("[server]\nscopes_supported = \(setting)\n") { server, _ in
                try registerBilling(server)
                for path in paths { #expect(try await server.called.get(path).object["scopes_supported"] == listed) }
            }
        }
        let file = folder + ".toml"
        try "[server]\nscopes_supported = [\"a b\"]\n".write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let refused = try ServerProcess.run(["serve", "--config", file, "--check"])
        #expect(refused.status != 0)
        #expect(refused.errors.contains("\(file):2: server.scopes_supported:"), "\(refused.errors)")
    }

    @Test("Registration warns about several expensive keys of one type without kid")
    func costlyKeysWithoutNames() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func add(_ id: String, _ algorithm: SignatureAlgorithm, keyIDs: [String?]) throws -> String {
            let keys = try keyIDs.map {
                JWK(key: try SigningKey.generate(algorithm).verificationKey, keyID: $0.map { ExactString($0) })
            }
            try JWKSet(keys).render().write(toFile: folder + "/keys.json", atomically: true, encoding: .utf8)
            let result = try ServerProcess.run([
                "client", "add", "--id", id, "--name", id, "--jwks", folder + "/keys.json", "--data", folder + "/data",
            ])
            #expect(result.status == 0, "\(result.errors)")
            return result.errors
        }
        #expect(try add("costly", .es512, keyIDs: [nil, nil, "named"]).contains("2 P-521 keys have no kid"))
        #expect(try !add("one", .es512, keyIDs: [nil, "named"]).contains("have no kid"))
        #expect(try !add("named", .es512, keyIDs: ["a", "b"]).contains("have no kid"))
        #expect(try !add("cheap", .es256, keyIDs: [nil, nil]).contains("have no kid"))
    }

    private func registerBilling(_ server: ServerProcess, scope: String = "read") throws {
        let set = JWKSet([JWK(key: TestClients.key.verificationKey, keyID: "k1")]).render()
        try set.write(toFile: folder + "/billing.jwks.json", atomically: true, encoding: .utf8)
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "billing", "--name", "Billing", "--scope", scope, "--jwks",
            folder + "/billing.jwks.json", "--data", server.directory,
        ])
    }

    /// Counts the lines about callers who proved a key, including suppressed lines that were only counted.
    private func provenLines(_ log: String) -> Int {
        log.split(separator: "\n").reduce(0) { sum, line in
            if let match = line.firstMatch(of: /(\d+) more lines about refused callers who proved a key/) {
                return sum + (Int(match.output.1) ?? 0)
            }
            guard line.contains(": wrong_audience,") else { return sum }
            let keptBack = line.firstMatch(of: /\((\d+) lines before this one/).flatMap { Int($0.output.1) } ?? 0
            return sum + 1 + keptBack
        }
    }
}
