import Countersign
import Store
import SQLite
import Foundation
import TestSupport
import Testing

@Suite("A client's keys, on the command line and a running server", .ownThreads, .serialized)
struct ClientKeyProcessTests {
    /// A server with one client that has two keys.
    struct Setup {
        let server: ServerProcess

        init() throws {
            server = try ServerProcess()
            for kid in ["old", "new"] {
                try ServerProcessTests.expectSuccess(["keygen", "--kid", kid, "--out", path("\(kid).pem")])
            }
            try ServerProcessTests.expectSuccess([
                "client", "add", "--id", "billing", "--name", "Billing", "--scope", "read", "--jwks",
                path("old.jwks.json"), "--jwks", path("new.jwks.json"), "--data", server.directory,
            ])
        }

        func path(_ name: String) -> String { server.directory + "/" + name }

        @discardableResult
        func client(_ arguments: String...) throws -> String {
            try ServerProcessTests.expectSuccess(["client"] + arguments + ["--data", server.directory])
        }

        func hasToken(_ kid: String) throws -> Bool {
            try ServerProcess.run([
                "token", "--issuer", server.baseURL, "--client-id", "billing", "--key", path("\(kid).pem"), "--kid",
                kid,
            ]).status == 0
        }
    }

    @Test("A revoked key is refused within a second, permanently; a retiring key is refused from its end time")
    func rotation() throws {
        let setup = try Setup()
        #expect(try setup.hasToken("old") && setup.hasToken("new"))

        try setup.client("key", "revoke", "billing", "old")
        try Patience.expect("the revoked key is refused") { try !setup.hasToken("old") }
        #expect(try setup.hasToken("new"))
        let back = try ServerProcess.run([
            "client", "key", "activate", "billing", "old", "--data", setup.server.directory,
        ])
        #expect(back.status == 1)
        #expect(back.errors.contains("a revoked key cannot be reactivated"))
        #expect(try !setup.hasToken("old"))

        try setup.client("key", "retire", "billing", "new", "--in", "1h")
        #expect(try setup.hasToken("new"))
        try setup.client("key", "retire", "billing", "new", "--in", "1s")
        try Patience.expect("the retired key is refused") { try !setup.hasToken("new") }
        try setup.client("key", "activate", "billing", "new")
        try Patience.expect("the key is active again") { try setup.hasToken("new") }

        let keys = try JSONValue(parsing: Array(try setup.client("key", "list", "billing", "--json").dropLast().utf8))
        guard case .array(let elements) = keys else {
            Issue.record("not an array")
            return
        }
        let states = elements.map { element -> ExactString? in
            if case .object(let key) = element { key.string("status") } else { nil }
        }
        #expect(states == ["revoked", "active"])
        #expect(setup.server.terminate() == 0)
        setup.server.remove()
    }

    @Test("A client ID, a kid and a thumbprint (RFC 7638 §3) may begin with a hyphen, and no letter of them is a flag")
    func leadingHyphen() throws {
        try KeyBench.run { bench in
            var jwk = JWK(key: bench.key.verificationKey)
            while !jwk.thumbprint.hasPrefix("-") || !jwk.thumbprint.contains("h") {
                jwk = JWK(key: try SigningKey.generate(.es256).verificationKey)
            }
            try bench.write("bare.json", jwk.object.render())
            try bench.write("named.json", JWK(key: bench.key.verificationKey, keyID: "-prodh").object.render())
            func client(_ arguments: String...) throws -> String {
                try ServerProcessTests.expectSuccess(["client"] + arguments + ["--data", bench.path("data")])
            }
            func count(_ status: String) throws -> Int {
                try client("key", "list", "-hally", "--json").matches(of: try Regex("\"status\": ?\"\(status)\"")).count
            }
            _ = try client(
                "add", "--id", "-hally", "--jwks", bench.path("bare.json"), "--jwks", bench.path("named.json"))
            #expect(try count("active") == 2)
            _ = try client("key", "revoke", "-hally", jwk.thumbprint, "--json")
            #expect(try count("revoked") == 1)
            _ = try client("key", "revoke", "-hally", "-prodh")
            #expect(try count("revoked") == 2)
            _ = try client("edit", "-hally", "--remove-key", jwk.thumbprint)
            #expect(try !client("key", "list", "-hally").contains(jwk.thumbprint))
            #expect(try count("revoked") == 1)
            // Without its second hyphen an option is no client ID: a client called "-json" would not be meant.
            #expect(try ServerProcess.run(["client", "add", "--id", "-json"]).status == 2)
            #expect(try ServerProcess.run(["client", "show", "-data", bench.path("data")]).status == 2)
        }
    }

    @Test(
        "A thumbprint selects all registrations of a key; a kid selects one and reports the rest", .requires("openssl"))
    func sameKeys() throws {
        try KeyBench.run(.rs256) { bench in
            let data = ["--data", bench.path("data")]
            let jwk = JWK(key: bench.key.verificationKey)
            // Bare, under a kid, and for RSASSA-PSS alone (RFC 4055 §1.2): one thumbprint.
            try bench.write("named.json", JWK(key: jwk.key, keyID: "named").object.render())
            try bench.write("pss.json", JWK(key: jwk.key, keyID: "pss", algorithm: .ps256).object.render())
            try ServerProcessTests.expectSuccess(
                ["client", "add", "--id", "a", "--name", "A", "--jwks", bench.path("keys.json")] + data)
            for file in ["named.json", "pss.json"] {
                try ServerProcessTests.expectSuccess(["client", "edit", "a", "--jwks", bench.path(file)] + data)
            }
            func change(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
                try ServerProcess.run(["client", "key"] + arguments + data)
            }
            func count(_ status: String) throws -> Int {
                try ServerProcessTests.expectSuccess(["client", "key", "list", "a", "--json"] + data)
                    .matches(of: try Regex("\"status\": ?\"\(status)\"")).count
            }
            let retired = try change("retire", "a", jwk.thumbprint, "--in", "1h", "--json")
            #expect(retired.status == 0)
            #expect(retired.errors.contains("registered 3 times"), "\(retired.errors)")
            #expect(retired.errors.contains("3 were set to retire"), "\(retired.errors)")
            #expect(throws: Never.self) { try JSONObject(parsing: Array(retired.output.utf8.dropLast())) }
            #expect(try count("retiring") == 3)

            let one = try change("revoke", "a", "named")
            #expect(one.status == 0)
            #expect(one.errors.contains("also registered under other names (no kid, pss)"), "\(one.errors)")
            #expect(one.errors.contains(jwk.thumbprint), "\(one.errors)")
            #expect(try (count("revoked"), count("retiring")) == (1, 2))
            let back = try change("activate", "a", jwk.thumbprint)
            #expect(back.status == 0)
            #expect(back.errors.contains("2 were activated; the others are revoked and stay so"), "\(back.errors)")
            #expect(try (count("revoked"), count("active")) == (1, 2))

            let all = try change("revoke", "a", jwk.thumbprint)
            #expect(all.status == 0)
            #expect(all.errors.contains("3 were revoked"), "\(all.errors)")
            #expect(try count("revoked") == 3)
            #expect(try change("activate", "a", jwk.thumbprint).status == 1)
        }
    }

    @Test("A client's stored key set is shown, checked by doctor, and used by inspect")
    func keySet() async throws {
        let directory = TemporaryDirectory().path
        let url = "https://billing.example/jwks.json"
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "billing", "--name", "Billing", "--jwks-uri", url, "--data", directory,
        ])
        try ServerProcessTests.expectSuccess(["keygen", "--kid", "k1", "--out", directory + "/k1.pem"])
        let now = UnixTime.now
        let store = try SQLiteStore(directory: directory)
        try await store.keySets.save(
            RemoteKeySetRecord(
                url: url, body: Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/k1.jwks.json"))),
                fetchedAt: now, expiresAt: now + .seconds(600), attemptedAt: now, nextAttemptAt: now, failures: 2,
                problem: "the host was asleep"))
        await store.close()

        let shown = try ServerProcessTests.expectSuccess(["client", "show", "billing", "--data", directory])
        #expect(shown.contains(/Keys in force +the key set at https:\/\/billing.example\/jwks.json/))
        #expect(shown.contains(/Key 1 +P-256, kid k1,/))
        #expect(shown.contains("the last 2 attempts failed"))
        #expect(shown.contains("the host was asleep"))
        let doctor = try ServerProcess.run(["doctor", "--data", directory])
        #expect(doctor.status == 0)
        #expect(doctor.output.contains(/warning +The key set of the client billing .* \(the host was asleep\)/))
        let assertion = try ServerProcessTests.expectSuccess([
            "assertion", "sign", "--client-id", "billing", "--key", directory + "/k1.pem", "--kid", "k1", "--audience",
            "http://127.0.0.1:9443",
        ]).trimmingCharacters(in: .newlines)
        let inspected = try ServerProcess.run(["assertion", "inspect", assertion, "--data", directory])
        #expect(inspected.status == 0, "\(inspected.output)")
    }

    @Test("client show reports which key source is in force and which is not")
    func source() throws {
        let setup = try Setup()
        let edited = try setup.client("edit", "billing", "--jwks-uri", "https://billing.example/jwks.json")
        #expect(edited.contains(/Keys in force +its own/))
        #expect(edited.contains(/Without effect +the key set at https:\/\/billing.example\/jwks.json/))
        let bare = try setup.client("edit", "billing", "--remove-key", "old", "--remove-key", "new")
        #expect(bare.contains(/Keys in force +the key set at https:\/\/billing.example\/jwks.json/))
        #expect(try setup.client("edit", "billing", "--jwks-uri", "none").contains(/Keys in force +none/))
        #expect(setup.server.terminate() == 0)
        setup.server.remove()
    }
}
