import Administration
import TestSupport
import Testing

@testable import Console
@testable import Server

/// A form of the console's pages, as an administrator sends it with success. Each page that takes forms has at least one.
struct FormSample: Sendable, CustomTestStringConvertible {
    /// What the page does when somebody else has changed its subject since it was opened.
    enum Comparison: Sendable {
        /// It refuses, under a heading.
        case refuses(heading: String = ShownConflict.heading, after: @Sendable (ConsoleBench) async throws -> Void)
        /// It changes nothing that it has shown, or another test is about it.
        case nothing(String)
    }

    /// Of the page, as the console has it.
    let page: String
    /// Values for the path and the fields, beside those of each bench.
    var parameters: [String: String] = [:]
    /// Beside the hidden fields. `{name}` stands for a value.
    var fields: [(name: String, value: String)] = []
    /// A file of `KeyStoreSample`. A page with one shows first what it would do.
    var file: String?
    /// Whether an administrator's form changes what is stored.
    var changesStore = true
    /// What is true before the page is opened.
    var given: @Sendable (ConsoleBench) async throws -> Void = { _ in }
    let comparison: Comparison

    var testDescription: String {
        let names = (parameters.map(\.value) + fields.map(\.name)).sorted()
        return ([page] + names).joined(separator: " ")
    }

    /// The form with the values of a bench.
    struct Filled: Sendable {
        /// Below the console's address.
        let path: String
        let fields: [(name: String, value: String)]
        let file: (name: String, bytes: [UInt8])?
        let takesFiles: Bool

        /// Opens the page, up to the form that is sent.
        func open(_ browser: Browser) async -> Browser.Shown {
            let shown = await browser.open("/console" + path)
            return file == nil ? shown : await send(from: shown, by: browser)
        }

        /// - Parameter hidden: beside the hidden fields of the page for this form.
        func send(
            _ hidden: [(name: String, value: String)] = [], from shown: Browser.Shown, by browser: Browser
        ) async -> Browser.Shown {
            takesFiles
                ? await browser.upload(shown, path, hidden + fields, file: file)
                : await browser.post(shown, path, hidden + fields)
        }
    }

    func filled(_ bench: ConsoleBench) async throws -> Filled {
        let values = try await Self.values(bench).merging(parameters) { $1 }
        func filled(_ text: String, _ encoded: (String) -> String = { $0 }) -> String {
            values.reduce(text) { $0.replacing("{\($1.key)}", with: encoded($1.value)) }
        }
        let shown = try #require(Console.pages.first { $0.path == page && $0.takesForms }, "\(page)")
        return Filled(
            path: filled(page, PathSegment.encoded), fields: fields.map { ($0.name, filled($0.value)) },
            file: try file.map { ($0, try KeyStoreSample.bytes($0)) }, takesFiles: shown.takesFiles)
    }

    private static func values(_ bench: ConsoleBench) async throws -> [String: String] {
        let person = try await person(bench).id
        let kid = try await bench.store.signingKeys.all().last?.keyID.text ?? ""
        let wiki = try await bench.store.clients.registration(of: "wiki")?.client
        return [
            "client": "billing", "key": try await key(bench, "a").jwk.thumbprint, "person": person.text,
            "resource": "urn:example:api", "token": "0011aabb", "alias": "billing", "kid": kid,
            "beginning of kid": String(kid.prefix(8)), "number": String(try await bench.changeCount()),
            "session": try await bench.store.sessions.sessions(of: person).first?.id ?? "",
            "secret": wiki?.secrets.first?.name ?? "", "jwk": try jwk("new").object.render(),
        ]
    }
}

extension FormSample {
    private static let other = "eve"

    /// The least that registers a client.
    static let client = [
        (name: "client_name", value: "Ticketing"), (name: "grant_client_credentials", value: "yes"),
        (name: "scope", value: "tickets.read"), (name: "token_endpoint_auth_method", value: "private_key_jwt"),
        (name: "access_token_format", value: "jwt"), (name: "subject_type", value: "public"),
    ]

    static let all: [FormSample] =
        clients + people + server + [
            FormSample(
                page: "/keystore/entries/{alias}/delete",
                comparison: .refuses(after: { bench in
                    _ = try await bench.store.keyStore.put([try entry("k2", in: bench)], replaces: true)
                })),
            FormSample(
                page: "/keystore/import", fields: [("alias", "other"), ("confirm", "yes")], file: "rsa.certificate.pem",
                comparison: .nothing("compares the entries that it replaces: ImportPageTests")),
            FormSample(
                page: "/audit/{number}/undo", given: rename,
                comparison: .nothing("compares each member that it changes back: AuditPageTests")),
            FormSample(
                page: "/calendar/address", fields: [("make", "yes")],
                comparison: .refuses(heading: "Made already") { bench in
                    let ada = try #require(try await bench.store.users.user(named: "ada"))
                    _ = try await CalendarFeeds(bench.store).make(for: ada.id, at: bench.clock.now)
                }),
            FormSample(
                page: "/key-sets/test", fields: [("url", "https://10.0.0.1/jwks.json")], changesStore: false,
                comparison: .nothing("changes nothing")),
            FormSample(
                page: "/debugger", fields: [("token", "an.assertion.pasted")], changesStore: false,
                comparison: .nothing("changes nothing")),
        ]

    private static let endKey = "/clients/{client}/keys/{key}/{end}"

    private static let clients: [FormSample] = [
        FormSample(
            page: "/register-client", fields: [("client_id", "ticketing")] + client,
            comparison: .nothing("adds, once: MadeOnceTests")),
        FormSample(
            page: "/clients/{client}/edit", fields: client + [("save", "yes")],
            comparison: .nothing("shows what both have changed: ClientPagesTests")),
        FormSample(
            page: "/clients/{client}/keys/add", fields: [("keys", "{jwk}")],
            comparison: .nothing("adds a key, and the others stay")),
        FormSample(
            page: endKey, parameters: ["end": "retire"],
            fields: [("until", (TestClock.start + .seconds(86_400)).formDate)],
            comparison: .refuses(after: {
                try await setStatus($0, "a", .retiring(until: TestClock.start + .seconds(3600)))
            })),
        // The other key was the reason not to worry.
        FormSample(
            page: endKey, parameters: ["end": "revoke"],
            comparison: .refuses(after: { try await setStatus($0, "b", .revoked(since: TestClock.start)) })),
        FormSample(
            page: endKey, parameters: ["end": "activate"],
            given: { try await setStatus($0, "a", .retiring(until: TestClock.start + .seconds(3600))) },
            comparison: .refuses(after: {
                try await setStatus($0, "a", .retiring(until: TestClock.start + .seconds(60)))
            })),
        FormSample(
            page: endKey, parameters: ["end": "remove"],
            comparison: .refuses(after: {
                try await setStatus($0, "a", .retiring(until: TestClock.start + .seconds(60)))
            })),
        FormSample(
            page: "/clients/{client}", fields: [("disable", "yes")], comparison: .refuses(after: rename)),
        FormSample(
            page: "/clients/{client}/enable",
            given: { try await $0.store.clients.setEnabled(false, "billing", at: $0.clock.now) },
            comparison: .refuses(after: rename)),
        FormSample(
            page: "/clients/{client}/remove", fields: [("confirmation", "billing")],
            comparison: .refuses(after: rename)),
        FormSample(
            page: "/clients/{client}/secrets", parameters: ["client": "wiki"], fields: [("add", "yes")],
            comparison: .refuses(heading: "Made already", after: addSecret)),
        FormSample(
            page: "/clients/{client}/secrets", parameters: ["client": "wiki"], fields: [("remove", "{secret}")],
            given: addSecret, comparison: .nothing("removes the secret that it names, which never changes")),
    ]

    private static let named = "ends sessions and takes back access, each of which it names"

    private static let people: [FormSample] = [
        FormSample(page: "/add-person", fields: [("user_name", "bob")], comparison: .nothing("adds")),
        FormSample(
            page: "/people/{person}", fields: [("session", "{session}")], given: signIn, comparison: .nothing(named)),
        FormSample(
            page: "/people/{person}", fields: [("sessions", "all")], given: signIn, comparison: .nothing(named)),
        FormSample(
            page: "/people/{person}", fields: [("client", "billing")], given: allow, comparison: .nothing(named)),
        FormSample(
            page: "/people/{person}", fields: [("clients", "all")], given: allow, comparison: .nothing(named)),
        FormSample(
            page: "/people/{person}/edit", fields: [("user_name", other), ("name", "Mine")],
            comparison: .refuses(after: { try await $0.change(other) { $0.claims = ["name": "Renamed"] } })),
        FormSample(
            page: "/people/{person}/password",
            fields: [("password", "violet kettles sing"), ("password_again", "violet kettles sing")],
            comparison: .refuses(after: { bench in
                try await bench.store.users.setPassword(
                    hash: "h", of: try await person(bench).id, at: bench.clock.now + .seconds(1))
            })),
        FormSample(
            page: "/people/{person}/enable", given: { try await $0.change(other) { $0.isEnabled = false } },
            comparison: .refuses(after: makeAdministrator)),
        FormSample(page: "/people/{person}/disable", comparison: .refuses(after: makeAdministrator)),
        FormSample(
            page: "/people/{person}/remove", fields: [("confirmation", other)],
            comparison: .refuses(after: makeAdministrator)),
    ]

    private static let server: [FormSample] = [
        FormSample(
            page: "/add-resource", fields: [("resource", "urn:example:other")], comparison: .nothing("adds")),
        FormSample(
            page: "/resources/{resource}/edit", fields: [("resource_name", "Mine")],
            comparison: .refuses(after: renameResource)),
        FormSample(page: "/resources/{resource}/remove", comparison: .refuses(after: renameResource)),
        FormSample(
            page: "/add-registration-token", fields: [("maximum_uses", "1"), ("expires_in", "1h")],
            comparison: .nothing("adds, once: MadeOnceTests")),
        FormSample(
            page: "/registration-tokens/{token}/revoke",
            comparison: .refuses(after: { bench in
                try await bench.store.initialAccessTokens.remove("0011aabb")
                try await bench.store.initialAccessTokens.add(token(note: "other", in: bench))
            })),
        FormSample(
            page: "/rotate-server-keys", fields: [("signs_in", "1d")],
            comparison: .nothing(
                "makes a next key, of which each algorithm has one at most: ServerPagesTests")),
        FormSample(
            page: "/server-keys/{kid}/withdraw", fields: [("confirmation", "{beginning of kid}")],
            comparison: .refuses(after: { bench in
                _ = try await ServerKeyAdministration(bench.store).rotate(
                    nil, from: bench.clock.now + .seconds(3600), longestLifetime: .seconds(60),
                    masterKey: bench.masterKey, at: bench.clock.now)
            })),
    ]
}

// MARK: What is stored

extension FormSample {
    /// A server with what the samples are about.
    static func bench() async throws -> ConsoleBench {
        let bench = try await ConsoleBench(
            people: [("ada", ["admin"]), ("bo", ["admin"]), ("vic", ["viewer"]), (other, [])])
        _ = try await ServerKeys.load(
            from: bench.store, masterKey: bench.masterKey, algorithm: .es256, at: bench.clock.now)
        try await bench.store.clients.add(
            ClientRecord(id: "billing", name: "Billing", createdAt: bench.clock.now),
            keys: try ["a", "b"].map { KeyRecord(jwk: try jwk($0), addedAt: bench.clock.now) })
        var wiki = ClientRecord(id: "wiki", name: "Wiki", createdAt: bench.clock.now)
        wiki.authenticationMethod = .clientSecretBasic
        try await bench.store.clients.add(wiki, keys: [])
        _ = try await bench.store.keyStore.put([try entry("k1", in: bench)], replaces: false)
        try await bench.store.resources.add(
            ResourceRecord(uri: "urn:example:api", name: "API", createdAt: bench.clock.now))
        try await bench.store.initialAccessTokens.add(token(note: "", in: bench))
        return bench
    }

    private static func jwk(_ name: String) throws -> JWK {
        JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: ExactString(name))
    }

    private static func key(_ bench: ConsoleBench, _ name: String) async throws -> KeyRecord {
        let keys = try await bench.store.clients.registration(of: "billing")?.keys ?? []
        return try #require(keys.first { $0.jwk.keyID == ExactString(name) })
    }

    private static func setStatus(_ bench: ConsoleBench, _ name: String, _ status: KeyAvailability) async throws {
        let number = try #require(try await key(bench, name).number)
        try await bench.store.clientKeys.setStatus(status, number: number, of: "billing")
    }

    @Sendable private static func rename(_ bench: ConsoleBench) async throws {
        var client = try #require(try await bench.store.clients.registration(of: "billing")?.client)
        client.name = "Renamed"
        try await bench.store.clients.replace(client)
    }

    @Sendable private static func addSecret(_ bench: ConsoleBench) async throws {
        _ = try await ClientAdministration(bench.store).addSecret(to: "wiki", expiresAt: nil, at: bench.clock.now)
    }

    private static func person(_ bench: ConsoleBench) async throws -> UserRecord {
        try #require(try await bench.store.users.user(named: other))
    }

    @Sendable private static func makeAdministrator(_ bench: ConsoleBench) async throws {
        try await bench.change(other) { $0.groups = ["admin"] }
    }

    @Sendable private static func signIn(_ bench: ConsoleBench) async throws {
        let person = try await person(bench)
        let session = SessionRecord(
            digest: [1], user: person.id, authenticatedAt: bench.clock.now, methods: ["pwd"],
            createdAt: bench.clock.now, expiresAt: bench.clock.now + .seconds(86_400))
        try await bench.store.sessions.add(session, replacing: nil, passwordChangedAt: person.passwordChangedAt)
    }

    @Sendable private static func allow(_ bench: ConsoleBench) async throws {
        try await bench.store.consents.give(
            ConsentRecord(
                user: try await person(bench).id, client: "billing", scopes: ["openid"], givenAt: bench.clock.now))
    }

    @Sendable private static func renameResource(_ bench: ConsoleBench) async throws {
        _ = try await bench.store.resources.change("urn:example:api") { $0.name = "Renamed" }
    }

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
            jwk: try jwk(name), addedAt: bench.clock.now)
    }
}
