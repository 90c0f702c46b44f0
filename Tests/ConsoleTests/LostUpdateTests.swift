import Administration
import TestSupport
import Testing

@testable import Console
@testable import Server

/// Every page that changes what it has shown: of two administrators who opened it, the second sees what the first has changed.
@Suite("The second of two administrators never wins silently", .timeLimit(.minutes(5)))
struct LostUpdateTests {
    /// A form that one administrator has open while another changes its subject.
    private struct Sample: Sendable {
        /// Of the page, as the console has it.
        let page: String
        /// What stands in the path.
        var parameters: [String: String] = [:]
        var fields: [(name: String, value: String)] = []
        /// Of what is said about the change.
        var heading = ShownConflict.heading
        /// What the other administrator does.
        let change: @Sendable (ConsoleBench) async throws -> Void

        func path(_ bench: ConsoleBench) async throws -> String {
            var path = page
            for (name, value) in try await LostUpdateTests.parameters(bench).merging(
                parameters, uniquingKeysWith: { $1 })
            {
                path = path.replacing("{\(name)}", with: PathSegment.encoded(value))
            }
            return path
        }
    }

    /// Pages whose forms change nothing that they have shown, and why.
    private static let others: [String: String] = [
        "/clients/{client}/edit": "shows what both have changed: ClientPagesTests", "/register-client": "adds",
        "/add-person": "adds", "/add-resource": "adds", "/add-registration-token": "adds, once: MadeOnceTests",
        "/clients/{client}/keys/add": "adds a key, and the others stay",
        "/people/{person}": "ends sessions and takes back access, each of which it names",
        "/rotate-server-keys": "makes a next key, of which each algorithm has one at most: ServerPagesTests",
        "/keystore/import": "compares the entries that it replaces: ImportPageTests",
        "/audit/{number}/undo": "compares each member that it changes back: AuditPageTests",
        "/key-sets/test": "changes nothing", "/debugger": "changes nothing",
    ]

    private static let other = "eve"

    private static func key(_ bench: ConsoleBench, _ name: String) async throws -> KeyRecord {
        let keys = try await bench.store.clients.registration(of: "billing")?.keys ?? []
        return try #require(keys.first { $0.jwk.keyID == ExactString(name) })
    }

    private static func setStatus(_ bench: ConsoleBench, _ name: String, _ status: KeyAvailability) async throws {
        let number = try #require(try await key(bench, name).number)
        try await bench.store.clientKeys.setStatus(status, number: number, of: "billing")
    }

    private static func person(_ bench: ConsoleBench) async throws -> UserRecord {
        try #require(try await bench.store.users.user(named: other))
    }

    private static func parameters(_ bench: ConsoleBench) async throws -> [String: String] {
        [
            "client": "billing", "key": try await key(bench, "a").jwk.thumbprint,
            "person": try await person(bench).id.text,
            "resource": "urn:example:api", "token": "0011aabb", "alias": "billing",
            "kid": try await bench.store.signingKeys.all().last?.keyID.text ?? "",
        ]
    }

    private static func rename(_ bench: ConsoleBench) async throws {
        var client = try #require(try await bench.store.clients.registration(of: "billing")?.client)
        client.name = "Renamed"
        try await bench.store.clients.replace(client)
    }

    private static let retire = Sample(
        page: "/clients/{client}/keys/{key}/{end}", parameters: ["end": "retire"],
        fields: [("until", (TestClock.start + .seconds(86_400)).formDate)],
        change: { try await setStatus($0, "a", .retiring(until: TestClock.start + .seconds(3600))) })

    private static let samples: [Sample] = [
        retire,
        // The other key was the reason not to worry.
        Sample(
            page: retire.page, parameters: ["end": "revoke"],
            change: { try await setStatus($0, "b", .revoked(since: TestClock.start)) }),
        Sample(
            page: retire.page, parameters: ["end": "activate"],
            change: { try await setStatus($0, "a", .retiring(until: TestClock.start + .seconds(60))) }),
        Sample(
            page: retire.page, parameters: ["end": "remove"],
            change: { try await setStatus($0, "a", .retiring(until: TestClock.start + .seconds(60))) }),
        Sample(page: "/clients/{client}", fields: [("disable", "yes")], change: rename),
        Sample(
            page: "/clients/{client}/enable",
            change: { try await $0.store.clients.setEnabled(false, "billing", at: $0.clock.now) }),
        Sample(page: "/clients/{client}/remove", fields: [("confirmation", "billing")], change: rename),
        Sample(
            page: "/keystore/entries/{alias}/delete",
            change: { bench in
                _ = try await bench.store.keyStore.put(
                    [try entry("k2", in: bench)], replaces: true)
            }),
        Sample(
            page: "/people/{person}/edit", fields: [("user_name", other), ("name", "Mine")],
            change: { try await $0.change(other) { $0.claims = ["name": "Renamed"] } }),
        Sample(
            page: "/people/{person}/password",
            fields: [("password", "violet kettles sing"), ("password_again", "violet kettles sing")],
            change: { bench in
                try await bench.store.users.setPassword(
                    hash: "h", of: try await person(bench).id, at: bench.clock.now + .seconds(1))
            }),
        Sample(page: "/people/{person}/enable", change: { try await $0.change(other) { $0.isEnabled = false } }),
        Sample(page: "/people/{person}/disable", change: { try await $0.change(other) { $0.groups = ["admin"] } }),
        Sample(
            page: "/people/{person}/remove", fields: [("confirmation", other)],
            change: { try await $0.change(other) { $0.groups = ["admin"] } }),
        Sample(
            page: "/resources/{resource}/edit", fields: [("resource_name", "Mine")],
            change: { _ = try await $0.store.resources.change("urn:example:api") { $0.name = "Renamed" } }),
        Sample(
            page: "/resources/{resource}/remove",
            change: { _ = try await $0.store.resources.change("urn:example:api") { $0.name = "Renamed" } }),
        Sample(
            page: "/registration-tokens/{token}/revoke",
            change: { bench in
                try await bench.store.initialAccessTokens.remove("0011aabb")
                try await bench.store.initialAccessTokens.add(token(note: "other", in: bench))
            }),
        Sample(
            page: "/server-keys/{kid}/withdraw",
            change: { bench in
                let keys = ServerKeyAdministration(bench.store)
                _ = try await keys.rotate(
                    nil, from: bench.clock.now + .seconds(3600), longestLifetime: .seconds(60),
                    masterKey: bench.masterKey, at: bench.clock.now)
            }),
        Sample(
            page: "/clients/{client}/secrets", parameters: ["client": "wiki"], fields: [("add", "yes")],
            heading: "Made already",
            change: { bench in
                _ = try await ClientAdministration(bench.store).addSecret(
                    to: "wiki", expiresAt: nil, at: bench.clock.now)
            }),
        Sample(
            page: "/calendar/address", fields: [("make", "yes")], heading: "Made already",
            change: { bench in
                let ada = try #require(try await bench.store.users.user(named: "ada"))
                _ = try await CalendarFeeds(bench.store).make(for: ada.id, at: bench.clock.now)
            }),
    ]

    private static func token(note: String, in bench: ConsoleBench) -> InitialAccessToken {
        InitialAccessToken(
            id: "0011aabb", digest: [1], note: note, createdAt: bench.clock.now,
            expiresAt: bench.clock.now + .seconds(86_400))
    }

    private static func entry(_ name: String, in bench: ConsoleBench) throws -> KeyStoreEntry {
        let facts = CertificateFacts(
            subject: "CN=\(name)", notBefore: .distantPast, notAfter: bench.clock.now + .seconds(86_400),
            thumbprintSHA1: ExactString(name), thumbprintSHA256: ExactString(Base64URL.encode(Array(name.utf8))))
        return KeyStoreEntry(
            alias: "billing", certificate: KeyCertificate(der: Array(name.utf8), facts: facts),
            jwk: JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: ExactString(name)),
            addedAt: bench.clock.now)
    }

    private func bench() async throws -> ConsoleBench {
        let bench = try await ConsoleBench(people: [("ada", ["admin"]), ("bo", ["admin"]), (Self.other, [])])
        _ = try await ServerKeys.load(
            from: bench.store, masterKey: bench.masterKey, algorithm: .es256, at: bench.clock.now)
        try await bench.store.clients.add(
            ClientRecord(id: "billing", name: "Billing", createdAt: bench.clock.now),
            keys: try ["a", "b"].map {
                KeyRecord(
                    jwk: JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: ExactString($0)),
                    addedAt: bench.clock.now)
            })
        var wiki = ClientRecord(id: "wiki", name: "Wiki", createdAt: bench.clock.now)
        wiki.authenticationMethod = .clientSecretBasic
        try await bench.store.clients.add(wiki, keys: [])
        _ = try await bench.store.keyStore.put([try Self.entry("k1", in: bench)], replaces: false)
        try await bench.store.resources.add(
            ResourceRecord(uri: "urn:example:api", name: "API", createdAt: bench.clock.now))
        try await bench.store.initialAccessTokens.add(Self.token(note: "", in: bench))
        return bench
    }

    @Test("but sees that something was changed, and decides again", arguments: samples.indices)
    func changed(_ index: Int) async throws {
        let sample = Self.samples[index]
        let bench = try await bench()
        let browser = try await bench.browser(signedInAs: "ada")
        let path = try await sample.path(bench)
        var fields = sample.fields
        if sample.page.hasSuffix("/withdraw") {
            fields.append(("confirmation", String(try await Self.parameters(bench)["kid"]?.prefix(8) ?? "")))
        }
        let page = await browser.open("/console" + path)
        #expect(page.status == 200, "\(path)")
        // A form field can be left out by who sends it: then it was made from nothing.
        let bare = page.hidden("/console" + path).filter { $0.name != Basis.field && $0.name != DeleteEntryPage.field }
        let before = try await bench.store.changes.bounds().head.number
        let withoutBasis = await browser.send("POST", "/console" + path, form: bare + fields)
        #expect(withoutBasis.status == 409, "\(path)")
        #expect(try await bench.store.changes.bounds().head.number == before, "\(path)")

        try await sample.change(bench)
        let changed = try await bench.store.changes.bounds().head.number
        #expect(changed > before)
        let answer = await browser.post(page, path, fields)
        #expect(answer.status == 409, "\(path)")
        #expect(answer.html.contains(sample.heading), "\(path)")
        #expect(try await bench.store.changes.bounds().head.number == changed, "\(path)")
        // What is shown now can be decided about.
        let action = "/console" + path
        guard answer.hidden(action).contains(where: { $0.name == Basis.field }) else { return }
        let isForm = sample.page.hasSuffix("/edit")
        #expect(answer.html.contains(isForm ? "Saved now:" : "See what was changed"), "\(path)")
        // The change log tells passwords and addresses of calendars apart by their time.
        bench.clock.advance(by: .seconds(2))
        let again = await browser.post(answer, path, fields)
        #expect(again.status == 303 || again.status == 200, "\(path)")
        #expect(try await bench.store.changes.bounds().head.number > changed, "\(path)")
    }

    @Test("on any page: one that is new is in this test, or says why it changes nothing that it shows")
    func complete() {
        let known = Set(Self.samples.map(\.page)).union(Self.others.keys)
        for page in Console.pages where page.takesForms { #expect(known.contains(page.path), "\(page.path)") }
    }
}
