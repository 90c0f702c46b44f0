import Administration
import Pages
import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("Pages with long identifiers", .timeLimit(.minutes(5)))
struct PageLengthTests {
    private static let count = 45

    /// 255 bytes, each of which is longer in HTML or in an address.
    private static func id(_ letter: String, _ number: Int) -> String {
        String(repeating: letter, count: 252 / letter.utf8.count) + "\(number + 100)"
    }

    private static func address(_ shown: Substring) -> String {
        String(shown).replacing("&#10;", with: "\n").replacing("&amp;", with: "&")
    }

    /// Walks through all pages of a list, and expects each item on one of them.
    private func walk(
        _ browser: Browser, _ path: String, _ items: [String]
    ) async throws {
        var (url, seen, urls): (String?, [String], [String]) = ("/console" + path, [], [])
        while let next = url {
            let shown = await browser.open(next)
            #expect(shown.status == 200)
            #expect(shown.response.body.count < 50_000, "\(path): \(shown.response.body.count)")
            let found = items.filter { shown.html.contains($0) }
            #expect(!found.isEmpty, "\(next)")
            seen += found
            urls.append(next)
            try #require(urls.count <= items.count, "\(path)")
            url = shown.html.firstMatch(of: /href="([^"]*)" rel="next">(Next|Older)/).map { Self.address($0.1) }
        }
        #expect(seen.sorted() == items.sorted(), "\(path)")
    }

    @Test(
        "A list of long identifiers has fewer rows on a page, and each row is on one of the pages, in both directions",
        arguments: ["&", "\"", "a"])
    func clients(_ letter: String) async throws {
        let bench = try await ConsoleBench()
        let ids = (0..<Self.count).map { Self.id(letter, $0) }
        for id in ids {
            try await bench.store.clients.add(
                ClientRecord(id: ClientID(id), name: "", createdAt: TestClock.start), keys: [])
        }
        _ = try await bench.store.keyStore.put(
            try ids.map { try KeyStoreSample.entry($0, subject: "CN=" + $0) }, replaces: false)
        let browser = try await bench.browser(signedInAs: "ada")
        let links = ids.map { "href=\"/console\(ClientPage.path(of: ClientID($0)))\"><bdi>" }
        _ = try await walk(browser, "/clients", links)
        let entries = ids.map { "href=\"/console\(ShownEntry.path($0))\"" }
        _ = try await walk(browser, "/keystore", entries)
        _ = try await walk(
            browser, "/calendar?month=\(CalendarMonth(at: UnixTime(seconds: 4_000_000_000)).text)",
            ids.map { "href=\"/console\(ShownEntry.path($0))\"><bdi>" })
        // Back from the last item: what comes before it.
        var (url, seen): (String?, [String]) = (
            "/console/clients?" + FormWriter.encoded([("before", ids[Self.count - 1])]), []
        )
        while let previous = url {
            let shown = await browser.open(previous)
            #expect(shown.response.body.count < 50_000)
            seen += links.filter { shown.html.contains($0) }
            try #require(seen.count < links.count)
            url = shown.html.firstMatch(of: /href="([^"]*)">Previous 40/).map { Self.address($0.1) }
        }
        #expect(seen.sorted() == links.dropLast().sorted())
    }

    @Test("So has a list of people, resources, registration tokens and changes", arguments: ["&", "\""])
    func others(_ letter: String) async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let ids = (0..<Self.count).map { Self.id(letter, $0) }
        for (number, id) in ids.enumerated() {
            try await bench.store.users.add(
                UserRecord(name: id, groups: [id, id], passwordHash: nil, createdAt: TestClock.start))
            try await bench.store.resources.add(
                ResourceRecord(
                    uri: "urn:x:" + String(repeating: "%26", count: 400) + "\(number + 100)", name: id,
                    createdAt: TestClock.start))
            try await bench.store.initialAccessTokens.add(
                InitialAccessToken(
                    id: "token\(number + 100)", digest: Array(id.utf8), note: id,
                    scopes: [id.replacing("\"", with: "'")],
                    createdAt: TestClock.start, expiresAt: TestClock.start + .seconds(86_400)))
            try await bench.store.clients.add(
                ClientRecord(id: ClientID(id), name: "", createdAt: TestClock.start), keys: [])
        }
        var people: [String] = []
        for id in ids {
            let user = try #require(try await bench.store.users.user(named: id))
            people.append("href=\"/console\(PersonPage.path(of: user.id))\"")
        }
        for name in ["ada", "vic", "eve"] {
            let user = try #require(try await bench.store.users.user(named: name))
            people.append("href=\"/console\(PersonPage.path(of: user.id))\"")
        }
        _ = try await walk(browser, "/people", people)
        _ = try await walk(
            browser, "/resources",
            ids.indices.map { ResourcePage.path(of: "urn:x:" + String(repeating: "%26", count: 400) + "\($0 + 100)") })
        _ = try await walk(
            browser, "/registration-tokens", ids.indices.map { RevokeTokenPage.path(of: "token\($0 + 100)") + "\"" })
        let changes = try await bench.changeCount()
        _ = try await walk(
            browser, "/audit", (1...changes).map { "href=\"/console\(ChangePage.path(of: $0))\"" })
    }

    /// Records refusals of each of some clients, the newest first, and returns their references.
    private func record(
        _ bench: ConsoleBench, of ids: [String], _ codes: [String] = ["bad_signature"], _ prefix: String = "AAAA"
    ) async -> [String] {
        let detail = OAuthError(.invalidRequest, String(repeating: "&", count: 1000))
        let trace = RequestRecord(detail, nil, isRegistered: true).text
        var references: [String] = []
        for id in ids {
            for code in codes {
                references.append(prefix + "\(references.count + 1000)")
                bench.store.audit.record(
                    AuditEntry(
                        reference: Reference(references[references.count - 1]), at: bench.clock.now, clientID: id,
                        isProven: references.count.isMultiple(of: 2), code: code, endpoint: "/oauth2/token",
                        remoteAddress: String(repeating: "&", count: 45), trace: trace))
            }
        }
        await bench.store.audit.flush()
        return references
    }

    @Test("So has a list of refusals without groups, also with a long filter", arguments: ["&", "\"", "a"])
    func refusals(_ letter: String) async throws {
        let bench = try await ConsoleBench()
        let ids = (0..<Self.count).map { Self.id(letter, $0) }
        for id in ids {
            try await bench.store.clients.add(
                ClientRecord(id: ClientID(id), name: id, isEnabled: false, createdAt: TestClock.start), keys: [])
        }
        let references = await record(bench, of: ids)
        let ofOne = await record(bench, of: Array(repeating: ids[0], count: Self.count), ["replayed"], "BBBB")
        let browser = try await bench.browser(signedInAs: "vic")
        func rows(_ references: [String]) -> [String] { references.map { "id=\"refusal-\($0)\"" } }
        try await walk(browser, "/refusals?cause=bad_signature", rows(references))
        let filter = FormWriter.encoded([
            ("view", "list"), ("client", ids[0]), ("cause", "replayed"),
            ("address", String(repeating: "&", count: 45)), ("endpoint", "/oauth2/token"),
        ])
        try await walk(browser, "/refusals?" + filter, rows(ofOne))
    }

    @Test("Of refusals by cause, fewer are shown of each, and then of the most frequent causes alone")
    func causes() async throws {
        let bench = try await ConsoleBench()
        let id = Self.id("&", 0)
        try await bench.store.clients.add(
            ClientRecord(id: ClientID(id), name: id, createdAt: TestClock.start), keys: [])
        let codes = (0..<60).map { "cause_\($0)" }
        let browser = try await bench.browser(signedInAs: "vic")
        let urls = ["/console/refusals", "/console/refusals?" + FormWriter.encoded([("client", id)])]
        for (causes, note) in [
            (8, "The latest of each cause."), (codes.count, "The latest of the most frequent causes."),
        ] {
            _ = await record(bench, of: [id, id, id], Array(codes.prefix(causes)), causes == 8 ? "AAAA" : "BBBB")
            for url in urls {
                let shown = await browser.open(url)
                #expect(shown.response.body.count < 50_000, "\(url): \(shown.response.body.count)")
                #expect(shown.html.contains(note), "\(url)")
                #expect(shown.html.contains("id=\"cause-\(codes[0])\""))
                let groups = shown.html.ranges(of: "<tr class=\"group\"").count
                let rows = shown.html.ranges(of: "<tr role=\"row\" id=\"refusal-").count
                #expect(groups == causes || causes == codes.count, "\(groups)")
                #expect(rows >= groups && groups > 3, "\(rows) rows of \(groups) causes")
            }
        }
    }

    @Test("A filter that is longer than what it is compared with finds nothing and makes no long page")
    func longFilters() async throws {
        let bench = try await ConsoleBench()
        let id = Self.id("a", 0)
        try await bench.store.clients.add(
            ClientRecord(id: ClientID(id), name: "", createdAt: TestClock.start), keys: [])
        _ = await record(bench, of: [id])
        let browser = try await bench.browser(signedInAs: "vic")
        for end in ["b", String(repeating: "b", count: 1000), String(repeating: "&", count: 2000)] {
            let names = ["client", "address", "endpoint", "cause", "reference"]
            let all = FormWriter.encoded(names.map { ($0, id + end) })
            for query in [FormWriter.encoded([("client", id + end)]), all, all + "&view=list"] {
                let shown = await browser.open("/console/refusals?" + query)
                #expect(shown.html.contains("Nothing matches"))
                #expect(shown.response.body.count < 50_000, "\(shown.response.body.count)")
            }
            let calendar = await browser.open("/console/calendar?" + all)
            #expect(calendar.html.contains("Nothing that these filters let through."))
            #expect(calendar.response.body.count < 50_000, "\(calendar.response.body.count)")
        }
    }

    @Test("A calendar of one client with a long identifier has each day, and its filter is not repeated on each")
    func calendarOfOne() async throws {
        let bench = try await ConsoleBench()
        let (full, sparse) = (Self.id("&", 0), Self.id("&", 1))
        // Six weeks, with more on each day than is shown of it.
        let days = try #require(CalendarMonth("2027-08")).days.dropLast()
        let key = try SigningKey.generate(.es256).verificationKey
        for (id, days) in [(full, days), (sparse, days.prefix(2))] {
            let ends = days.flatMap { day in (1...3).map { day + .seconds(3600 * $0) } }
            try await bench.store.clients.add(
                ClientRecord(id: ClientID(id), name: id, createdAt: TestClock.start),
                keys: ends.enumerated().map { number, end in
                    KeyRecord(
                        jwk: JWK(key: key, keyID: ExactString("k\(number)")), status: .retiring(until: end),
                        addedAt: TestClock.start)
                })
        }
        let browser = try await bench.browser(signedInAs: "vic")
        let address = "/console/calendar"
        func url(_ id: String) -> String { address + "?" + FormWriter.encoded([("month", "2027-08"), ("client", id)]) }
        let shown = await browser.open(url(full))
        #expect(days.count == 42 && shown.status == 200)
        #expect(shown.response.body.count < 50_000, "\(shown.response.body.count)")
        let buttons = shown.html.matches(of: /<button form="days" name="day" value="([^"]*)">/).map { String($0.1) }
        #expect(buttons == days.flatMap { Array(repeating: CalendarDay.text($0), count: 3) })
        #expect(shown.html.contains("<span>01:00 <bdi>\(Expiration.Kind.clientKey.title)</bdi></span>"))
        // What the browser sends for a day.
        let fields = shown.hidden(address + "#list").map { ($0.name, Self.address($0.value[...])) }
        #expect(fields.map(\.0) == ["month", "client"] && fields.last?.1 == full)
        let day = await browser.open(address + "?" + FormWriter.encoded(fields + [("day", "2027-08-10")]))
        #expect(day.html.contains("On 10 Aug 2027") && day.html.contains("2027-08-10T03:00:00"))
        #expect(day.response.body.count < 50_000, "\(day.response.body.count)")
        let page = await browser.open(url(sparse))
        #expect(page.html.contains("day=2027-07-26&amp;client=%26") && !page.html.contains("form=\"days\""))
    }

    @Test("What is different before a change is saved is shortened on a long page, and sent whole")
    func review() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        func uris(_ path: String, _ count: Int, _ length: Int) -> [String] {
            (0..<count).map { "https://app.example/\(path)/\($0 + 100)/" + String(repeating: "&", count: length) }
        }
        var client = ClientRecord(
            id: ClientID(Self.id("&", 0)), name: String(repeating: "&", count: 100), grants: [.authorizationCode],
            createdAt: TestClock.start)
        client.signIn.redirectURIs = uris("before", RedirectURI.maximumCount, 700)
        client.signIn.postLogoutRedirectURIs = uris("out", SignInOptions.maximumCount, 2000)
        try await bench.store.clients.add(client, keys: [])
        let path = ClientPage.path(of: client.id) + "/edit"
        let form = await browser.open("/console" + path)
        func url(_ name: String) -> String { "https://app.example/\(name)/" + String(repeating: "&", count: 300) }
        for (kept, new) in [(1, 1), (2, 12)] {
            let typed = client.signIn.redirectURIs.prefix(kept) + uris("after", new, 500)
            let values: [(name: String, value: String)] = [
                ("token_endpoint_auth_method", "private_key_jwt"), ("access_token_format", "jwt"),
                ("subject_type", "public"), ("client_name", String(repeating: "&", count: 99)),
                ("description", String(repeating: "&", count: 300)), ("grant_authorization_code", "yes"),
                ("redirect_uris", typed.joined(separator: "\n")),
                ("client_uri", url("c")), ("logo_uri", url("l")), ("policy_uri", url("p")), ("tos_uri", url("t")),
            ]
            let review = await browser.post(form, path, values)
            #expect(review.status == 200)
            let hidden = review.hidden("/console" + path)
            let sent = hidden.map { (name: $0.name, value: Self.address($0.value[...])) }
            let field = try #require(sent.first { $0.name == "redirect_uris" })
            #expect(field.value == typed.joined(separator: "\n"))
            let submitted = hidden.reduce(0) { $0 + $1.value.utf8.count }
            let rest = review.response.body.count - submitted
            #expect(rest < 30_000, "\(rest) beside \(submitted)")
            #expect(review.response.body.count < 50_000 || submitted > 20_000, "\(review.response.body.count)")
            #expect(review.html.contains("more, \(kept) unchanged</span>"))
            #expect(review.html.contains("… (3"), "the length of what is cut")
            let saved = await browser.send(
                "POST", "/console" + path, form: sent + [(name: "save", value: "yes")])
            #expect(saved.status == 303)
            let stored = try #require(try await bench.store.clients.registration(of: client.id)).client
            #expect(stored.signIn.redirectURIs == Array(typed))
            _ = try await bench.store.clients.change(client.id) { [client] before throws(Never) in (client, before.keys)
            }
        }
    }

    @Test("A long page says before a change is saved that only the order of lines is different")
    func reordered() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        var client = ClientRecord(
            id: "shop", name: "Shop", grants: [.authorizationCode], createdAt: TestClock.start)
        client.signIn.redirectURIs = (0..<8).map {
            "https://app.example/\($0)/" + String(repeating: "&", count: 1000)
        }
        try await bench.store.clients.add(client, keys: [])
        let path = ClientPage.path(of: client.id) + "/edit"
        let review = await browser.post(
            await browser.open("/console" + path), path,
            FormSample.client + [
                (name: "grant_authorization_code", value: "yes"),
                (name: "redirect_uris", value: client.signIn.redirectURIs.reversed().joined(separator: "\n")),
            ])
        #expect(review.status == 200)
        #expect(review.html.ranges(of: "8 in another order</span>").count == 2)
    }

    @Test("A form with mistakes has what was typed once, whole, and not again in the messages and the command")
    func typedOnce() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let uris = (0..<23).map { "https://app.example/" + String(repeating: "x", count: 1970) + "\($0 + 10)" }
        for wrong in ["http://" + String(repeating: "y", count: 1000), "https://app.example/#f"] {
            let typed = (uris + [wrong]).joined(separator: "\n")
            let fields =
                FormSample.client + [
                    (name: "client_id", value: "big"), (name: "grant_authorization_code", value: "yes"),
                    (name: "redirect_uris", value: typed),
                ]
            let page = await browser.open("/console/register-client")
            let shown = await browser.post(page, "/register-client", fields)
            #expect(shown.status == 400)
            let rest = shown.response.body.count - ShownText.htmlLength(typed)
            #expect(rest < 30_000, "\(rest)")
            for uri in uris { #expect(shown.html.ranges(of: uri).count == 1) }
        }
    }

    @Test("The strength of a key is said in words, with what the rules accept")
    func strength() async throws {
        let bench = try await ConsoleBench()
        let rsa = try KeyStoreSample.entry("x").jwk
        let elliptic = JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: "ec")
        var client = ClientRecord(id: "strong", name: "Strong", createdAt: TestClock.start)
        try await bench.store.clients.add(
            client, keys: [rsa, elliptic].map { KeyRecord(jwk: $0, addedAt: TestClock.start) })
        let browser = try await bench.browser(signedInAs: "vic")
        let html = await browser.open("/console/clients/strong/keys").html
        #expect(html.contains("RSA, 2,048 bits<span class=\"sub\">Accepted: 2,048 to 8,192 bits</span>"))
        #expect(html.contains("<span class=\"sub\">Accepted</span>"))
        client = ClientRecord(id: "limited", name: "Limited", createdAt: TestClock.start)
        client.options.signingAlgorithm = .es384
        try await bench.store.clients.add(client, keys: [KeyRecord(jwk: elliptic, addedAt: TestClock.start)])
        let limited = await browser.open("/console/clients/limited/keys").html
        #expect(limited.contains("Refused: the client is registered for ES384"))
    }
}
