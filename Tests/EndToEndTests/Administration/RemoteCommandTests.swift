import Countersign
import Foundation
import TestSupport
import Testing

@Suite("The same commands at a data directory and through the admin API have the same output", .ownThreads, .serialized)
struct RemoteCommandTests {
    /// Runs each command at both places.
    private func compare(_ commands: [[String]], input: String? = nil, _ places: [CommandPlace]) throws {
        for command in commands {
            let results = try places.map { place in
                try place.run(
                    command.map { $0.replacing("FOLDER", with: place.administered.folder) }, input: input)
            }
            #expect(results[0] == results[1], "\(command.joined(separator: " "))")
        }
    }

    private func withPlaces(_ body: ([CommandPlace]) throws -> Void) throws {
        let (local, remote) = (try AdministeredServer(), try AdministeredServer())
        defer {
            local.remove()
            remote.remove()
        }
        // The same keys at both.
        for name in ["billing", "second"] {
            try ServerProcessTests.expectSuccess(["keygen", "--kid", name, "--out", local.folder + "/\(name).pem"])
            for file in ["\(name).pem", "\(name).jwks.json"] {
                try FileManager.default.copyItem(atPath: local.folder + "/" + file, toPath: remote.folder + "/" + file)
            }
        }
        let identity = try TLSIdentity.make("entry")
        for place in [local, remote] { try identity.write(to: place.folder) }
        try body([
            CommandPlace(administered: local, options: local.local),
            CommandPlace(administered: remote, options: remote.remote),
        ])
    }

    @Test("Clients, their keys and their secrets")
    func clients() throws {
        try withPlaces { places in
            try compare(
                [
                    [
                        "client", "add", "--id", "billing", "--name", "Billing", "--scope", "read write", "--jwks",
                        "FOLDER/billing.jwks.json", "--certificate-validity", "warn",
                    ],
                    ["client", "add", "--id", "billing", "--name", "Again", "--jwks", "FOLDER/billing.jwks.json"],
                    ["client", "add", "--id", "bare", "--name", "Bäre <b>", "--json"],
                    [
                        "client", "add", "--id", "https://app.example/x?y=z", "--name", "App", "--public",
                        "--redirect-uri", "https://app.example/cb", "--scope", "openid",
                    ],
                    ["client", "add", "--id", "bad", "--name", "Bad", "--grant", "authorization_code"],
                    ["client", "add", "--id", "cert", "--name", "Certificate", "--certificate", "FOLDER/tls.pem"],
                    ["client", "list"], ["client", "list", "--json"],
                    ["client", "show", "billing"], ["client", "show", "billing", "--json"],
                    ["client", "show", "cert", "--json"], ["client", "show", "cert"],
                    ["client", "show", "https://app.example/x?y=z"], ["client", "show", "nobody"],
                    ["client", "show", "nobody", "--json"],
                    ["client", "edit", "billing", "--description", "Reads invoices", "--audience-profile", "legacy"],
                    ["client", "edit", "billing", "--jwks", "FOLDER/second.jwks.json", "--json"],
                    ["client", "edit", "billing", "--jwks", "FOLDER/second.jwks.json"],
                    ["client", "edit", "billing", "--remove-key", "nothing"],
                    ["client", "edit", "billing", "--remove-key", "billing"],
                    ["client", "edit", "billing", "--replace-keys", "--jwks", "FOLDER/billing.jwks.json"],
                    ["client", "edit", "nobody", "--name", "Nobody"],
                    ["client", "edit", "billing", "--id-token-signing-alg", "ES512"],
                    ["client", "edit", "bare", "--access-token-lifetime", "10m", "--allow-reuse", "--json"],
                    ["client", "edit", "bare", "--access-token-lifetime", "default", "--default-reuse"],
                    ["client", "key", "list", "billing"], ["client", "key", "list", "billing", "--json"],
                    ["client", "key", "uses", "billing", "--json"], ["client", "key", "uses", "bare"],
                    ["client", "key", "uses", "nobody"],
                    ["client", "key", "retire", "billing", "billing", "--until", "2030-01-01T00:00:00Z"],
                    ["client", "key", "activate", "billing", "billing", "--json"],
                    ["client", "key", "revoke", "billing", "billing"],
                    ["client", "key", "activate", "billing", "billing"],
                    ["client", "key", "revoke", "billing", "nothing"], ["client", "key", "list", "nobody"],
                    ["client", "secret", "list", "billing"], ["client", "secret", "add", "billing"],
                    ["client", "secret", "remove", "billing", "nothing"],
                    ["client", "disable", "billing"], ["client", "show", "billing"], ["client", "enable", "billing"],
                    ["client", "disable", "nobody"], ["client", "remove", "nobody", "--yes"],
                    ["client", "remove", "bare", "--yes"], ["client", "list"],
                    ["client", "list", "--search", "BILL", "--state", "enabled", "--auth-method", "private_key_jwt"],
                    ["client", "list", "--registered-by", "open"],
                ], places)
        }
    }

    @Test("People, resources and registration tokens")
    func people() throws {
        try withPlaces { places in
            try compare(
                [
                    [
                        "user", "add", "alice", "--full-name", "Alice Jones", "--email", "alice@example.com",
                        "--no-password",
                    ],
                    ["user", "add", "alice", "--no-password"],
                    ["user", "list"], ["user", "list", "--json"], ["user", "show", "alice@example.com"],
                    ["user", "list", "--search", "jones", "--state", "enabled"], ["user", "list", "--group", "none"],
                    ["user", "show", "alice", "--json"], ["user", "show", "nobody"],
                    [
                        "user", "edit", "alice", "--claim", "address.locality=Berlin", "--group", "staff",
                        "--email-verified",
                    ],
                    ["user", "edit", "alice", "--email", "alice@example.org", "--json"],
                    ["user", "edit", "alice", "--claim", "birthdate=never"],
                    ["user", "edit", "alice", "--user-name", "alice.jones", "--no-groups"],
                    ["user", "disable", "alice.jones"], ["user", "show", "alice.jones"],
                    ["user", "enable", "alice.jones"], ["user", "enable", "nobody"],
                    ["resource", "list"],
                    ["resource", "add", "https://api.example.com/v1?x=y", "--scope", "read write"],
                    ["resource", "add", "https://api.example.com/v1?x=y"],
                    ["resource", "show", "https://api.example.com/v1?x=y", "--json"],
                    ["resource", "edit", "https://api.example.com/v1?x=y", "--lifetime", "15m", "--name", "API"],
                    ["resource", "edit", "https://nowhere.example", "--name", "API"],
                    ["resource", "show", "https://nowhere.example"], ["resource", "list"],
                    ["resource", "list", "--json"],
                    ["resource", "remove", "https://api.example.com/v1?x=y", "--yes"],
                    ["resource", "remove", "https://api.example.com/v1?x=y", "--yes"],
                    ["registration-token", "list"], ["registration-token", "list", "--state", "used"],
                    ["registration-token", "revoke", "00000000"],
                    ["user", "passwd", "alice.jones", "--remove-password"],
                    ["user", "passwd", "nobody", "--remove-password"],
                    ["user", "end-session", "alice.jones", "--all"], ["user", "end-session", "alice.jones", "none"],
                    ["user", "end-session", "alice.jones"], ["user", "withdraw-access", "alice.jones", "--all"],
                    ["user", "withdraw-access", "alice.jones", "none"], ["user", "withdraw-access", "alice.jones"],
                    ["user", "remove", "alice.jones", "--yes"], ["user", "remove", "alice.jones", "--yes"],
                ], places)
            try compare(
                [
                    ["user", "add", "bob", "--password-stdin"], ["user", "passwd", "bob", "--password-stdin"],
                    ["user", "show", "bob"],
                ], input: "correct horse battery staple 7", places)
            try compare(
                [["user", "passwd", "bob", "--password-stdin"], ["user", "add", "carol", "--password-stdin"]],
                input: "short", places)
            for place in places {
                let made = try place.run(["registration-token", "add", "--note", "Build", "--uses", "3", "--json"])
                #expect(made.status == 0 && made.output.contains("\"note\":\"Build\""), "\(made.errors)")
                #expect(made.output.contains("\"maximum_uses\":3"))
                let usable = try place.run(["registration-token", "list", "--state", "usable", "--json"])
                #expect(usable.output.contains("\"note\":\"Build\""), "\(usable)")
                let used = try place.run(["registration-token", "list", "--state", "used"])
                #expect(used.output == "No token matches.\n", "\(used)")
            }
        }
    }

    @Test("The key store, and its import from WSO2")
    func keyStore() throws {
        try withPlaces { places in
            try compare(
                [
                    ["keystore", "list"], ["keystore", "import", "FOLDER/tls.pem", "--alias", "ops", "--dry-run"],
                    ["keystore", "import", "FOLDER/tls.pem", "--alias", "billing"],
                    ["keystore", "import", "FOLDER/tls.pem", "--alias", "billing", "--json"],
                    ["client", "add", "--id", "billing", "--name", "Billing"], ["client", "show", "billing"],
                    ["client", "show", "billing", "--json"],
                    ["keystore", "import", "FOLDER/tls.pem", "--alias", "Billing"],
                    ["keystore", "list"], ["keystore", "list", "--search", "BILL", "--use", "in-force"],
                    ["keystore", "list", "--validity", "expired"], ["keystore", "list", "--json"],
                    ["keystore", "list", "--limit", "1"], ["keystore", "list", "--limit", "1", "--json"],
                    ["keystore", "list", "--limit", "2"],
                    ["keystore", "show", "billing"],
                    ["keystore", "show", "BILLING"], ["keystore", "show", "nothing", "--json"],
                    ["keystore", "export", "billing"], ["keystore", "remove", "nothing", "--yes"],
                    ["client", "edit", "billing", "--jwks", "FOLDER/billing.jwks.json"],
                    ["keystore", "show", "billing", "--json"], ["client", "show", "billing"],
                    ["keystore", "remove", "billing", "--yes"], ["keystore", "list"],
                ], places)
        }
    }

    @Test("The change log")
    func changes() throws {
        // Who made a change and when, and so its digest, cannot be the same.
        func masked(_ result: CommandPlace.Result) -> String {
            result.output.replacing(/"actor":\{[^}]*\}/, with: "ACTOR")
                .replacing(/"(at|digest|added_at|created_at)":"[^"]*"/, with: "MASKED")
        }
        try withPlaces { places in
            for place in places {
                for command in [
                    [
                        "client", "add", "--id", "billing", "--name", "Billing", "--jwks",
                        place.administered.folder + "/billing.jwks.json",
                    ],
                    ["client", "edit", "billing", "--name", "Invoices"],
                ] {
                    let result = try place.run(command)
                    #expect(result.status == 0, "\(result.errors)")
                }
            }
            let list = ["changes", "list", "--subject", "client:billing", "--json"]
            let lists = try places.map { masked(try $0.run(list)) }
            #expect(lists[0] == lists[1])
            let numbers = lists[0].matches(of: /"number":([0-9]+)/).map { String($0.1) }
            try #require(numbers.count == 2)
            let undone = try places.map { masked(try $0.run(["changes", "undo", numbers[0], "--json"])) }
            #expect(undone[0] == undone[1] && undone[0].contains("\"undoes\":\(numbers[0])"), "\(undone)")
            let shown = try places.map { masked(try $0.run(["changes", "show", numbers[1], "--json"])) }
            #expect(shown[0] == shown[1] && shown[0].contains("client.registered"), "\(shown)")
            try compare(
                [
                    ["changes", "undo", numbers[0]], ["changes", "undo", numbers[1]], ["changes", "show", "9999"],
                    ["changes", "show", "0"], ["changes", "undo", "9999", "--json"],
                    ["changes", "list", "--subject", "resource"], ["changes", "list", "--limit", "0"],
                    ["changes", "list", "--subject", "any:nothing"], ["changes", "list", "--actor", "nobody"],
                ], places)
            let remote = try places[1].run(list + ["--limit", "1"])
            #expect(remote.output.contains("\"through\":\"api\""), "\(remote)")
        }
    }

    @Test("Refusals, the server's keys and doctor")
    func server() throws {
        try withPlaces { places in
            for place in places {
                let server = place.administered.server
                let answer = try ServerProcessTests.curl(
                    server.baseURL + "/oauth2/token", form: TestServer.form("not.an.assertion"))
                #expect(answer.status == 401 || answer.status == 400)
            }
            let masked = try places.map { place in
                // Entries are written in the background.
                try Patience.expect("the refusal is listed") {
                    try place.run(["explain", "--json"]).output.contains("reference")
                }
                let list = try place.run(["explain", "--json"])
                #expect(try place.run(["explain", "--not-proven", "--json"]).output == list.output)
                let reference = try #require(list.output.firstMatch(of: /"reference":"([A-Z0-9]+)"/)?.1)
                let outputs = try [
                    ["explain", String(reference)], ["explain", String(reference), "--json"], ["explain"],
                    ["explain", "--not-proven", "--json"], ["explain", "--reference", String(reference.prefix(4))],
                    ["explain", "--proven", "--json"],
                ]
                .map { try place.run($0) }
                return ([list] + outputs).map { [$0.output.replacing(reference, with: "REFERENCE"), $0.errors] }
            }
            #expect(masked[0] == masked[1])
            try compare([["explain", "AAAAAAAA"]], places)
            let keys = try places.map { place in
                try [
                    ["server-key", "list"], ["server-key", "list", "--json"], ["server-key", "rotate", "--in", "1h"],
                    ["server-key", "rotate", "--algorithm", "ES512"], ["server-key", "retire", "nothing", "--yes"],
                ].map { command in
                    let result = try place.run(command)
                    // Keys that were made together are in no particular order.
                    return (result.output + result.errors).masked(identifiersOf: 43, as: "KID")
                        .replacing(/\]|\[/, with: "").replacing("},{", with: "}\n{").split(separator: "\n").sorted()
                }
            }
            #expect(keys[0] == keys[1])
            let doctor = try places.map { try $0.run(["doctor", "--json"]) }
            #expect(doctor.map(\.status) == [0, 0], "\(doctor)")
        }
    }
}
