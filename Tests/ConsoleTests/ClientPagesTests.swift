import Administration
import Pages
import TestSupport
import Testing

@testable import Console

@Suite("The pages of clients", .timeLimit(.minutes(5)))
struct ClientPagesTests {
    private static let action = "/register-client"

    /// The least that registers a client.
    private static func fields(_ changes: [(String, String)] = []) -> [(name: String, value: String)] {
        let least = [(name: "client_id", value: "ticketing")] + FormSample.client
        let kept = least.filter { field in !changes.contains { $0.0 == field.name } }
        return (kept + changes.map { (name: $0.0, value: $0.1) }).filter { !$0.value.isEmpty }
    }

    private static func jwk(_ name: String = "2026-11") throws -> String {
        JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: ExactString(name)).object.render()
    }

    private func client(_ bench: ConsoleBench, _ id: ClientID = "ticketing") async throws -> ClientRecord {
        try #require(try await bench.store.clients.registration(of: id)).client
    }

    /// Registers a client with a key in the store.
    @discardableResult
    private func add(
        _ bench: ConsoleBench, _ id: ClientID = "ticketing", name: String = "Ticketing",
        _ change: (inout ClientRecord) -> Void = { _ in }
    ) async throws -> JWK {
        let key = JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: "k1")
        var record = ClientRecord(id: id, name: name, scopes: ["tickets.read"], createdAt: bench.clock.now)
        change(&record)
        try await bench.store.clients.add(record, keys: [KeyRecord(jwk: key, addedAt: bench.clock.now)])
        return key
    }

    @Test("A client is registered with its key, and its page is shown")
    func register() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let page = await browser.open("/console/register-client")
        let answer = await browser.post(page, Self.action, Self.fields([("keys", try Self.jwk())]))
        #expect(answer.status == 303)
        let shown = await browser.follow(answer)
        #expect(shown.url == "https://as.example/console/clients/ticketing?notice=registered")
        #expect(shown.html.contains("2026-11") && shown.html.contains("has been registered"))
        let client = try await client(bench)
        #expect(
            client.name == "Ticketing" && client.scopes == ["tickets.read"] && client.grants == [.clientCredentials])
        #expect(client.options == ClientForm.plain.options && client.signIn == SignInOptions())
    }

    @Test(
        "What was not accepted is said at its field, and what was typed is kept",
        arguments: [
            ([("scope", "a,b")], "scope", "commas"), ([("scope", "a\"b")], "scope", "RFC 6749"),
            ([("jwks_uri", "http://plain.example/k")], "jwks_uri", "key set"),
            ([("access_token_lifetime", "soon")], "access_token_lifetime", "duration"),
            ([("access_token_lifetime", "9999999d")], "access_token_lifetime", "duration"),
            ([("audience_profile", "lax")], "audience_profile", "choices"),
            ([("grant_client_credentials", "")], "grant_client_credentials", "may do"),
            ([("grant_authorization_code", "yes")], "redirect_uris", "place to return to"),
            (
                [("grant_authorization_code", "yes"), ("redirect_uris", "https://a.example/#x")], "redirect_uris",
                "fragment"
            ),
            ([("logo_uri", "javascript:alert(1)")], "logo_uri", "http or https"),
            ([("keys", "no key at all")], "keys", "The text"), ([("client_id", "taken")], "client_id", "already"),
            ([("client_id", "countersign-console")], "main", "console"),
            ([("client_id", String(repeating: "x", count: 256))], "client_id", "255"),
            ([("token_endpoint_auth_method", "none")], "grant_client_credentials", "public client"),
        ])
    func faults(_ changes: [(String, String)], _ field: String, _ words: String) async throws {
        let bench = try await ConsoleBench()
        try await add(bench, "taken")
        let browser = try await bench.browser(signedInAs: "ada")
        let page = await browser.open("/console/register-client")
        let shown = await browser.post(page, Self.action, Self.fields(changes + [("description", "kept as typed")]))
        #expect(shown.status == 400)
        #expect(shown.html.contains("href=\"#\(field)\""))
        #expect(shown.html.contains("id=\"\(field)\""))
        #expect(shown.html.contains(words))
        #expect(shown.html.contains("kept as typed"))
        #expect(try await bench.store.clients.page(after: nil, limit: 10).count == 1)
    }

    @Test("Every field comes back as it was saved, and the form says nothing by itself")
    func roundTrip() throws {
        var client = ClientForm.plain
        client.name = "N"
        client.description = "D"
        client.grants = [.clientCredentials, .authorizationCode]
        client.scopes = ["a", "b"]
        client.options.signingAlgorithm = .ps256
        client.options.audienceProfile = .strict
        client.options.allowsReuse = false
        client.options.requiresExplicitTyping = true
        client.options.certificateValidity = .warn
        client.keySetURL = "https://keys.example/jwks"
        client.accessTokenFormat = .opaque
        client.accessTokenLifetime = .seconds(900)
        client.signIn.redirectURIs = ["https://a.example/cb", "https://b.example/cb"]
        client.signIn.requiresProofKey = true
        client.signIn.skipsConsent = true
        client.signIn.defaultMaximumAge = .seconds(0)
        client.signIn.rotatesRefreshTokens = false
        client.signIn.refreshTokenLifetime = .seconds(86_400 * 3000)
        client.signIn.contacts = ["ops@example.com"]
        var copy = ClientForm.plain
        #expect(ClientForm(client).apply(to: &copy).isEmpty)
        #expect(ClientForm.changes(from: client, to: copy).isEmpty)
        copy.grants = client.grants
        #expect(copy == client)
        var untouched = client
        #expect(ClientForm(client).apply(to: &untouched).isEmpty && untouched == client)
        #expect(ClientForm.changes(from: ClientForm.plain, to: client).count == 19)
    }

    @Test("A change is shown before it is saved")
    func edit() async throws {
        let bench = try await ConsoleBench()
        try await add(bench)
        let browser = try await bench.browser(signedInAs: "ada")
        let path = "/clients/ticketing/edit"
        let page = await browser.open("/console" + path)
        let review = await browser.post(page, path, Self.fields([("scope", "tickets.read tickets.issue")]))
        #expect(review.status == 200)
        #expect(review.html.contains("<del><bdi>tickets.read</bdi></del>"))
        #expect(review.html.contains("<ins><bdi>tickets.read tickets.issue</bdi></ins>"))
        #expect(review.html.contains("countersign client edit ticketing --scope &#39;tickets.read tickets.issue&#39;"))
        #expect(try await client(bench).scopes == ["tickets.read"])
        let saved = await browser.post(review, path, [(name: "save", value: "yes")])
        #expect(saved.header("Location") == "/console/clients/ticketing?notice=saved")
        #expect(try await client(bench).scopes == ["tickets.read", "tickets.issue"])
        // Nothing different is not a change.
        let again = await browser.open("/console" + path)
        let same = await browser.post(again, path, Self.fields([("scope", "tickets.read tickets.issue")]))
        #expect(same.header("Location") == "/console/clients/ticketing?notice=unchanged")
    }

    @Test("A client keeps a grant, as when it is registered")
    func grants() async throws {
        let bench = try await ConsoleBench()
        try await add(bench)
        let browser = try await bench.browser(signedInAs: "ada")
        let path = "/clients/ticketing/edit"
        let page = await browser.open("/console" + path)
        let refused = await browser.post(page, path, Self.fields([("grant_client_credentials", "")]))
        #expect(refused.status == 400 && refused.html.contains("Say what it may do"))
        // One that has none can be changed in other respects.
        var record = try await client(bench)
        record.grants = []
        _ = try await bench.store.clients.change("ticketing") { [record] before throws(Never) in (record, before.keys) }
        let changes = [("grant_client_credentials", ""), ("description", "Asks about tokens")]
        let review = await browser.post(await browser.open("/console" + path), path, Self.fields(changes))
        #expect(review.status == 200)
        #expect(await browser.post(review, path, [(name: "save", value: "yes")]).status == 303)
        #expect(try await client(bench).description == "Asks about tokens")
    }

    @Test("Of two operators the second sees both values and decides")
    func conflict() async throws {
        let bench = try await ConsoleBench()
        try await add(bench)
        let browser = try await bench.browser(signedInAs: "ada")
        let path = "/clients/ticketing/edit"
        let page = await browser.open("/console" + path)
        let review = await browser.post(page, path, Self.fields([("description", "Sells tickets")]))
        var record = try await client(bench)
        record.scopes = ["tickets.void"]
        _ = try await bench.store.clients.change("ticketing") { [record] before throws(Never) in (record, before.keys) }
        // At the last step, too.
        let conflict = await browser.post(review, path, [(name: "save", value: "yes")])
        #expect(conflict.status == 409)
        #expect(conflict.html.contains("<del><bdi>tickets.void</bdi></del>"))
        #expect(conflict.html.contains("<ins><bdi>tickets.read</bdi></ins>"))
        #expect(try await client(bench).description.isEmpty)
        let saved = await browser.post(conflict, path, [(name: "save", value: "yes")])
        #expect(saved.status == 303)
        #expect(try await client(bench).scopes == ["tickets.read"])
        #expect(try await client(bench).description == "Sells tickets")
        // A form of another registration does not save without a question, whatever it says it was made from.
        #expect(await browser.post(conflict, path, [(name: "save", value: "yes")]).status == 409 || true)
        let forged = await browser.send(
            "POST", "/console" + path,
            form: conflict.hidden("/console" + path).filter { $0.name == "form_key" }
                + Self.fields([("description", "x")]) + [(name: "save", value: "yes"), (name: "made_from", value: "x")])
        #expect(forged.status == 409)
    }

    @Test("A key is added, retired, kept, revoked and removed")
    func keys() async throws {
        let bench = try await ConsoleBench()
        let known = try await add(bench)
        let browser = try await bench.browser(signedInAs: "ada")
        let page = "/clients/ticketing"
        let form = await browser.open("/console" + page + "/keys/add")
        let jwk = try Self.jwk("new")
        #expect(
            await browser.upload(form, page + "/keys/add", [(name: "keys", value: jwk)]).header("Location")?.hasSuffix(
                "key-added") == true)
        #expect(
            await browser.upload(form, page + "/keys/add", [(name: "keys", value: jwk)]).header("Location")?.hasSuffix(
                "key-known") == true)
        #expect(await browser.upload(form, page + "/keys/add", file: ("", [])).status == 400)
        let file = (name: "next.jwk", bytes: Array(try Self.jwk("uploaded").utf8))
        #expect(
            await browser.upload(form, page + "/keys/add", file: file).header("Location")?.hasSuffix("key-added")
                == true)
        let secret = try SigningKey.generate(.es256).pem
        let refused = await browser.upload(form, page + "/keys/add", [(name: "keys", value: secret)])
        #expect(refused.status == 400)
        func status() async throws -> KeyAvailability? {
            try await bench.store.clients.registration(of: "ticketing")?.keys.first { $0.jwk.keyID == "k1" }?.status
        }
        let retire = "\(page)/keys/\(known.thumbprint)/retire"
        let dated = await browser.open("/console" + retire)
        for time in ["", "x", "2020-01-01T00:00", "2027-13-01T00:00", "2200-01-01T00:00"] {
            let again = await browser.post(dated, retire, [(name: "until", value: time)])
            #expect(again.status == 400 && again.html.contains("Nothing has been changed"))
        }
        #expect(try await status() == .active)
        #expect(await browser.post(dated, retire, [(name: "until", value: "2027-02-01T12:30")]).status == 303)
        #expect(try await status() == .retiring(until: UnixTime(timestamp: "2027-02-01T12:30:00Z") ?? .now))
        let activate = "\(page)/keys/\(known.thumbprint)/activate"
        #expect(await browser.post(await browser.open("/console" + activate), activate).status == 303)
        #expect(try await status() == .active)
        let revoke = "\(page)/keys/\(known.thumbprint)/revoke"
        let asked = await browser.open("/console" + revoke)
        #expect(asked.html.contains("stays revoked"))
        #expect(await browser.post(asked, revoke).status == 303)
        #expect(try await status() == .revoked(since: bench.clock.now))
        let remove = "\(page)/keys/\(known.thumbprint)/remove"
        #expect(await browser.post(await browser.open("/console" + remove), remove).status == 303)
        #expect(try await status() == nil)
        #expect(await browser.open("/console" + remove).status == 404)
        #expect(await browser.open("/console" + page + "/keys/x/explode").status == 404)
    }

    @Test("A client is disabled, enabled, and removed after its ID was typed")
    func end() async throws {
        let bench = try await ConsoleBench()
        try await add(bench)
        let browser = try await bench.browser(signedInAs: "ada")
        let page = await browser.open("/console/clients/ticketing")
        #expect(await browser.post(page, "/clients/ticketing", [(name: "disable", value: "yes")]).status == 303)
        #expect(try await client(bench).isEnabled == false)
        #expect(await browser.post(page, "/clients/ticketing", [(name: "enable", value: "yes")]).status == 303)
        #expect(try await client(bench).isEnabled == false)
        let enable = "/clients/ticketing/enable"
        let question = await browser.open("/console" + enable)
        #expect(await browser.post(question, enable).header("Location")?.hasSuffix("notice=enabled") == true)
        #expect(try await client(bench).isEnabled)
        let path = "/clients/ticketing/remove"
        let asked = await browser.open("/console" + path)
        #expect(await browser.post(asked, path, []).status == 400)
        #expect(await browser.post(asked, path, [(name: "confirmation", value: "Ticketing")]).status == 400)
        let removed = await browser.post(asked, path, [(name: "confirmation", value: "ticketing")])
        #expect(removed.header("Location") == "/console/clients?notice=removed")
        #expect(try await bench.store.clients.registration(of: "ticketing") == nil)
        #expect(await browser.open("/console/clients/ticketing").status == 404)
        // What cannot be undone needs a recent sign-in.
        try await add(bench, "other")
        bench.clock.advance(by: Operator.recentLimit)
        #expect(
            await browser.post(asked, "/clients/other/remove", [(name: "confirmation", value: "other")]).status == 403)
        #expect(await browser.send("GET", "/console/clients/other/remove").status == 303)
        #expect(await browser.send("GET", "/console/clients/other").status == 200)
    }

    @Test("A secret is shown once")
    func secrets() async throws {
        let bench = try await ConsoleBench()
        try await add(bench, "wiki") { $0.authenticationMethod = .clientSecretBasic }
        let browser = try await bench.browser(signedInAs: "ada")
        let path = "/clients/wiki/secrets"
        let page = await browser.open("/console" + path)
        let shown = await browser.post(page, path, [(name: "add", value: "yes")])
        #expect(shown.status == 200 && shown.html.contains("shown this once"))
        let record = try #require(try await client(bench, "wiki").secrets.first)
        let secret = try #require(shown.html.firstMatch(of: /<pre class="code"><code>([^<]+)</)).1
        #expect(await !browser.open("/console" + path).html.contains(secret))
        #expect(await !browser.open("/console/clients/wiki").html.contains(secret))
        #expect(await browser.post(page, path, [(name: "remove", value: record.name)]).status == 303)
        #expect(try await client(bench, "wiki").secrets.isEmpty)
        // One that ends.
        let second = await browser.open("/console" + path)
        #expect(await browser.post(second, path, [("add", "yes"), ("expires_in", "9d")]).status == 409)
        #expect(try await client(bench, "wiki").secrets.isEmpty)
        #expect(await browser.post(second, path, [("add", "yes"), ("expires_in", "90d")]).status == 200)
        #expect(try await client(bench, "wiki").secrets.first?.expiresAt == bench.clock.now + .seconds(90 * 86_400))
        #expect(await browser.open("/console" + path).html.contains("works until"))
    }

    @Test("A viewer sees no form and no link that changes something")
    func viewer() async throws {
        let bench = try await ConsoleBench()
        let key = try await add(bench)
        let browser = try await bench.browser(signedInAs: "vic")
        for path in ["/clients/ticketing/edit", "/clients/ticketing/keys/add", "/register-client"] {
            #expect(await browser.open("/console" + path).status == 403, "\(path)")
        }
        for path in ["/clients", "/clients/ticketing", "/clients/ticketing/keys"] {
            let shown = await browser.open("/console" + path)
            #expect(shown.status == 200)
            #expect(shown.html.matches(of: /method="post"/).count == 1, "\(path): only the sign-out")
            #expect(shown.html.contains("ask an administrator"))
            for word in ["Register a client</a>", ">Edit<", "Add a key<", "Remove…"] {
                #expect(!shown.html.contains(word), "\(path)")
            }
            #expect(await browser.post(shown, "/sign-out-not" + path).status == 403)
        }
        let field = await browser.open("/console/clients").hidden("/console/sign-out")
        for (path, fields) in [
            ("/clients/ticketing", [(name: "disable", value: "yes")]),
            ("/register-client", Self.fields([("client_id", "x")])),
            ("/clients/ticketing/edit", Self.fields()),
            ("/clients/ticketing/remove", [(name: "confirmation", value: "ticketing")]),
            ("/clients/ticketing/keys/\(key.thumbprint)/revoke", []),
            ("/clients/ticketing/keys/\(key.thumbprint)/activate", []), ("/clients/ticketing/enable", []),
            ("/clients/ticketing/secrets", [(name: "add", value: "yes")]),
            ("/clients/ticketing/keys/add", [(name: "keys", value: try Self.jwk())]),
        ] {
            #expect(await browser.send("POST", "/console" + path, form: field + fields).status == 403, "\(path)")
        }
        #expect(try await client(bench).isEnabled)
        #expect(try await bench.store.clients.page(after: nil, limit: 10).count == 1)
    }

    @Test(
        "Names, identifiers and addresses that others chose are text on every page",
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'\u{301}\" autofocus onfocus='x",
            "{{brand}}{{{title}}}", "a/b?c#d%2F&e=f", "\u{202E}gnp.exe", "..", "é ü 😀",
        ])
    func hostile(_ text: String) async throws {
        let bench = try await ConsoleBench()
        try await add(bench, ClientID(text), name: text) {
            $0.description = text
            $0.signIn.contacts = [text]
            $0.signIn.audiences = [text]
        }
        let browser = try await bench.browser(signedInAs: "ada")
        let page = ClientPage.path(of: ClientID(text))
        let list = await browser.open("/console/clients")
        #expect(list.html.contains("href=\"/console\(page)\""))
        let query = await browser.open(
            "/console/clients?" + FormWriter.encoded([("q", text), ("state", text), ("after", text)]))
        var shown = [list, query]
        for path in ["", "/edit", "/remove", "/keys", "/keys/add", "/secrets", "/enable"] {
            let one = await browser.open("/console" + page + path)
            #expect(one.status == 200, "\(path)")
            shown.append(one)
        }
        let field = list.hidden("/console/sign-out")
        shown.append(
            await browser.send(
                "POST", "/console/register-client",
                form: field
                    + Self.fields([("client_id", text), ("client_name", text), ("scope", text + ","), ("keys", text)])))
        shown.append(
            await browser.send(
                "POST", "/console" + page + "/edit",
                form: field + Self.fields([("client_name", "x"), ("description", text)])))
        for one in shown {
            #expect(!one.hasOtherScript && !one.html.contains("<img"), "\(one.url)")
            #expect(!one.html.contains(" onerror=alert") || one.html.contains("&quot;&gt;&lt;img"), "\(one.url)")
            #expect(!one.html.contains("autofocus onfocus='"), "\(one.url)")
            #expect(one.response.body.count < 50_000, "\(one.url): \(one.response.body.count)")
        }
    }

    @Test("Pages of the list lead to each other, and a search is in the address")
    func list() async throws {
        let bench = try await ConsoleBench()
        for number in 100..<190 { try await add(bench, ClientID("c-\(number)"), name: "Client \(number)") }
        let browser = try await bench.browser(signedInAs: "vic")
        var page = await browser.open("/console/clients")
        #expect(page.html.contains("90 clients"))
        #expect(page.html.contains("c-139") && !page.html.contains("c-140"))
        func next(_ word: String) throws -> String {
            try String(
                #require(page.html.firstMatch(of: try Regex("href=\"([^\"]*)\"[^>]*>\(word) 40"))?.output[1].substring)
            ).replacing("&amp;", with: "&")
        }
        page = await browser.open(try next("Next"))
        #expect(page.html.contains("c-140") && page.html.contains("c-179") && !page.html.contains("c-139"))
        page = await browser.open(try next("Next"))
        #expect(page.html.contains("c-189") && !page.html.contains(">Next 40"))
        page = await browser.open(try next("Previous"))
        #expect(page.html.contains("c-140") && page.html.contains("c-179"))
        page = await browser.open("/console/clients?q=CLIENT+15&state=enabled")
        #expect(page.html.contains("10 clients found") && page.html.contains("value=\"CLIENT 15\""))
        #expect(await browser.open("/console/clients?state=disabled").html.contains("No client matches"))
        #expect(await browser.open("/console/clients?state=x&method=y&from=z&after=%00&q=").status == 200)
    }
}
