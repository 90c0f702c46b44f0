import Administration
import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("The console's server keys, resources and registration tokens", .timeLimit(.minutes(5)))
struct ServerPagesTests {
    private static let hostile = "</td><script>alert(1)</script>\" onfocus=\"x{{base}}"

    private func keys(_ bench: ConsoleBench) async throws -> [ServerKeyAdministration.Details] {
        try await ServerKeyAdministration(bench.store).list(at: bench.clock.now)
    }

    @Test("The next key is made for a time, and only one")
    func rotate() async throws {
        let bench = try await ConsoleBench()
        _ = try await ServerKeys.load(
            from: bench.store, masterKey: bench.masterKey, algorithm: .es256, at: bench.clock.now)
        let browser = try await bench.browser(signedInAs: "ada")
        let page = await browser.open("/console/rotate-server-keys")
        let refused = await browser.post(page, "/rotate-server-keys", [("signs_in", "1s"), ("algorithm", "ES256")])
        #expect(refused.status == 400 && refused.html.contains("href=\"#signs_in\""))
        let fields: [(name: String, value: String)] = [("signs_in", "7d"), ("algorithm", "ES256")]
        let shown = await browser.follow(await browser.post(page, "/rotate-server-keys", fields))
        #expect(shown.html.contains("next keys have been made") && shown.html.contains("Next"))
        let next = try #require(try await keys(bench).first { $0.state == .next })
        #expect(next.signsFrom == bench.clock.now + .seconds(7 * 86_400))
        let again = await browser.post(page, "/rotate-server-keys", fields)
        #expect(again.status == 400 && again.html.contains("exists already"))
        let change = try await bench.store.changes.page(ChangeFilter(), before: nil, limit: 1).first?.change
        #expect(change?.actor.name == "ada" && change?.actor.channel == .console)
    }

    @Test("A key is withdrawn once its page said what fails, and its beginning was typed")
    func withdraw() async throws {
        let bench = try await ConsoleBench()
        _ = try await ServerKeys.load(
            from: bench.store, masterKey: bench.masterKey, algorithm: .es256, at: bench.clock.now)
        let active = try #require(try await keys(bench).first { $0.algorithm == .es256 })
        let browser = try await bench.browser(signedInAs: "ada")
        let path = "/server-keys/\(active.keyID.text)/withdraw"
        let page = await browser.open("/console" + path)
        #expect(page.html.contains("fail at once") && page.html.contains("A new key for ES256 takes its place"))
        #expect(await browser.post(page, path).status == 400)
        #expect(try await keys(bench).contains(active))
        let word = String(active.keyID.text.prefix(8))
        // What the page said of another state is not what would happen now.
        let other = page.hidden("/console" + path).map { ($0.name, $0.name == "made_from" ? "next" : $0.value) }
        #expect(other.contains { $0 == ("made_from", "next") })
        let answer = await browser.send("POST", "/console" + path, form: other + [("confirmation", word)])
        #expect(answer.status == 409)
        #expect(try await keys(bench).contains(active))
        #expect(await browser.post(page, path, [("confirmation", word)]).status == 303)
        #expect(try await keys(bench).first { $0.keyID == active.keyID }?.state == .withdrawn)
        #expect(try await keys(bench).contains { $0.algorithm == .es256 && $0.state == .active })
        #expect(await browser.open("/console/server-keys/none/withdraw").status == 404)
        let viewer = try await bench.browser(signedInAs: "vic")
        #expect(await viewer.open("/console" + path).status == 403)
        #expect(await !viewer.open("/console/server-keys").html.contains("/withdraw"))
    }

    @Test("A resource is added, edited and removed, by the rules of the admin API")
    func resources() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        #expect(await browser.open("/console/resources").html.contains("No resource yet"))
        let page = await browser.open("/console/add-resource")
        let uri = "https://api.example/v1?x=%2F"
        for (field, value, words) in [
            ("resource", "no uri", "absolute URI"), ("scopes", "a\"b", "only ASCII"),
            ("access_token_lifetime", "soon", "not a duration"), ("access_token_lifetime", "9999d", "must be"),
            ("access_token_format", "xml", "must be one of"),
        ] {
            var fields = ["resource": uri, "resource_name": "kept"]
            fields[field] = value
            let shown = await browser.post(page, "/add-resource", fields.map { (name: $0.key, value: $0.value) })
            #expect(shown.status == 400 && shown.html.contains("href=\"#\(field)\""), "\(field)")
            #expect(shown.html.contains(words) && shown.html.contains("kept"), "\(words)")
        }
        let fields: [(name: String, value: String)] = [("resource", uri), ("resource_name", "API"), ("scopes", "a b")]
        #expect(await browser.post(page, "/add-resource", fields).status == 303)
        let twice = await browser.post(page, "/add-resource", fields)
        #expect(twice.status == 400 && twice.html.contains("already"))
        let (shown, path) = (ResourcePage.path(of: uri), EditResourcePage.path(of: uri))
        #expect(await browser.open("/console" + shown).html.contains("<bdi>a b</bdi>"))
        let form = await browser.open("/console" + path)
        #expect(form.html.contains("value=\"a b\""))
        let saved = await browser.post(form, path, [("resource_name", "API 2"), ("access_token_lifetime", "5m")])
        #expect(saved.status == 303 && saved.header("Location") == "/console\(shown)?notice=saved")
        let record = try #require(try await bench.store.resources.all().first)
        #expect(record.name == "API 2" && record.scopes.isEmpty && record.accessTokenLifetime == .seconds(300))
        // The form is older than what is saved now.
        let stale = await browser.post(form, path, [("resource_name", "API 3")])
        #expect(stale.status == 409 && stale.html.contains("You changed it at"))
        #expect(stale.html.contains("Saved now: “API 2”.") && stale.html.contains("API 3"))
        let end = shown + "/remove"
        #expect(await browser.post(await browser.open("/console" + end), end).status == 303)
        #expect(try await bench.store.resources.all().isEmpty)
        #expect(await browser.open("/console" + path).status == 404)
    }

    @Test("A registration token is shown once, and revoked")
    func tokens() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let page = await browser.open("/console/add-registration-token")
        for (field, value) in [
            ("maximum_uses", "0"), ("maximum_uses", "many"), ("expires_in", "400d"), ("grant_types", "magic"),
            ("scopes", "a\"b"),
        ] {
            var fields = ["maximum_uses": "2", "expires_in": "7d", "note": "kept"]
            fields[field] = value
            let shown = await browser.post(
                page, "/add-registration-token", fields.map { (name: $0.key, value: $0.value) })
            #expect(shown.status == 400 && shown.html.contains("href=\"#\(field)\""), "\(field)")
            #expect(shown.html.contains("kept"))
        }
        #expect(try await bench.store.initialAccessTokens.all().isEmpty)
        let made = await browser.post(
            page, "/add-registration-token",
            [("maximum_uses", "2"), ("expires_in", "1h"), ("note", Self.hostile), ("scopes", "a b")])
        let token = try #require(made.html.firstMatch(of: /cs_iat_[A-Za-z0-9_-]+/)).output
        let record = try #require(try await bench.store.initialAccessTokens.all().first)
        #expect(record.scopes == ["a", "b"] && record.maximumUses == 2)
        let list = await browser.open("/console/registration-tokens")
        #expect(list.html.contains(record.id) && !list.html.contains(token) && !list.hasOtherScript)
        let path = RevokeTokenPage.path(of: record.id)
        let asked = await browser.open("/console" + path)
        #expect(!asked.hasOtherScript)
        #expect(await browser.post(asked, path).status == 303)
        #expect(try await bench.store.initialAccessTokens.all().isEmpty)
        #expect(await browser.post(asked, path).status == 404)
    }

    @Test(
        "A viewer finds no form on these pages",
        arguments: [
            "/add-resource", "/resources/https%3A%2F%2Fapi.example/edit", "/add-registration-token",
            "/rotate-server-keys",
        ])
    func viewer(_ path: String) async throws {
        let bench = try await ConsoleBench()
        try await bench.store.resources.add(
            ResourceRecord(uri: "https://api.example", name: Self.hostile, createdAt: bench.clock.now))
        let viewer = try await bench.browser(signedInAs: "vic")
        let shown = await viewer.open("/console" + path)
        #expect([200, 403].contains(shown.status) && !shown.hasOtherScript)
        #expect(shown.hidden("/console" + path).isEmpty && !shown.html.contains("class=\"primary\">"))
        let field = shown.hidden("/console/sign-out")
        #expect(await viewer.send("POST", "/console" + path, form: field).status == 403)
    }

    @Test("A viewer reads a resource; editing it needs a recent sign-in")
    func reading() async throws {
        let bench = try await ConsoleBench()
        try await bench.store.resources.add(
            ResourceRecord(uri: "https://api.example", name: Self.hostile, scopes: ["a"], createdAt: bench.clock.now))
        let path = "/console" + ResourcePage.path(of: "https://api.example")
        let viewer = try await bench.browser(signedInAs: "vic")
        let shown = await viewer.open(path)
        #expect(shown.status == 200 && shown.html.contains("<bdi>a</bdi>") && !shown.hasOtherScript)
        #expect(!shown.html.contains("/edit\"") && !shown.html.contains("/remove\""))
        let ada = try await bench.browser(signedInAs: "ada")
        #expect(await ada.send("GET", path + "/edit").status == 200)
        let form = await ada.open(path + "/edit").hidden(path + "/edit")
        bench.clock.advance(by: .seconds(660))
        #expect(await ada.send("GET", path).status == 200)
        #expect(await ada.send("GET", path + "/edit").status == 303)
        let late = await ada.send("POST", path + "/edit", form: form + [(name: "resource_name", value: "Mine")])
        #expect(late.status == 403)
        #expect(try await bench.store.resources.all().map(\.name) == [Self.hostile])
    }

    @Test("Long lists have pages, which lead to each other")
    func pages() async throws {
        let bench = try await ConsoleBench()
        for number in 100..<190 {
            try await bench.store.resources.add(
                ResourceRecord(uri: "https://api.example/\(number)", name: "API", createdAt: bench.clock.now))
            try await bench.store.initialAccessTokens.add(
                InitialAccessToken(
                    id: "00000\(number)", digest: [UInt8(number)], maximumUses: 1, uses: number < 150 ? 1 : 0,
                    createdAt: bench.clock.now + .seconds(Int64(number / 2)), expiresAt: .distantFuture))
        }
        let viewer = try await bench.browser(signedInAs: "vic")
        func link(_ shown: Browser.Shown, _ text: String) -> String? {
            shown.html.matches(of: /<a class="button" href="([^"]*)"[^>]*>([^<]*)</).first { $0.2 == text }
                .map { String($0.1).replacing("&amp;", with: "&") }
        }
        for search in ["", "?q=EXAMPLE"] {
            var shown = await viewer.open("/console/resources" + search)
            #expect(shown.html.contains(search.isEmpty ? "90 APIs are registered" : "90 APIs found"))
            #expect(
                link(shown, "Previous 40") == nil && shown.html.contains("example/139")
                    && !shown.html.contains("example/140"))
            shown = await viewer.open(try #require(link(shown, "Next 40")))
            shown = await viewer.open(try #require(link(shown, "Next 40")))
            #expect(link(shown, "Next 40") == nil && shown.html.contains("example/189"))
            shown = await viewer.open(try #require(link(shown, "Previous 40")))
            #expect(shown.html.contains("example/140") && shown.html.contains("example/179"))
        }
        var shown = await viewer.open("/console/registration-tokens")
        #expect(
            shown.html.contains("40 of 90 work.") && shown.html.contains("00000189") && shown.html.contains("00000150"))
        #expect(link(shown, "Newest") == nil && !shown.html.contains("00000149"))
        for _ in 0..<2 { shown = await viewer.open(try #require(link(shown, "Older"))) }
        #expect(shown.html.contains("00000100") && link(shown, "Older") == nil && link(shown, "Newest") != nil)
        // Of each state there are those, and the links keep it.
        shown = await viewer.open("/console/registration-tokens?state=used")
        #expect(shown.html.contains("50 of 90 are used up.") && shown.html.contains("00000149"))
        #expect(!shown.html.contains("00000150") && shown.html.contains("registration-token list --state used"))
        #expect(shown.html.contains("<option value=\"used\" selected>Used up</option>"))
        shown = await viewer.open(try #require(link(shown, "Older")))
        #expect(shown.html.contains("00000100") && link(shown, "Older") == nil)
        shown = await viewer.open(try #require(link(shown, "Newest")))
        #expect(shown.html.contains("00000149") && shown.html.contains("00000110"))
        shown = await viewer.open("/console/registration-tokens?state=expired")
        #expect(shown.html.contains("0 of 90 have expired.") && shown.html.contains("No token matches"))
        #expect(link(shown, "Show all") == "/console/registration-tokens")
        shown = await viewer.open("/console/registration-tokens?state=hostile%22%3E")
        #expect(shown.html.contains("40 of 90 work.") && !shown.html.contains("hostile"))
        for after in ["x", "1.", ".1", "9223372036854775808.a", "-9223372036854775808.a", "1.\0"] {
            let query = FormWriter.encoded([(name: "after", value: after)])
            #expect(await viewer.open("/console/registration-tokens?" + query).status == 200, "\(after)")
        }
    }
}
