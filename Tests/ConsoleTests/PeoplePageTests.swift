import Administration
import TestSupport
import Testing

@testable import Console

@Suite("The console's people", .timeLimit(.minutes(5)))
struct PeoplePageTests {
    private static let hostile = "</td><script>alert(1)</script>\u{202E}\" onfocus=\"x{{base}}"

    private func user(_ bench: ConsoleBench, _ name: String) async throws -> UserRecord {
        try #require(try await bench.store.users.user(named: name))
    }

    private func path(_ bench: ConsoleBench, _ name: String) async throws -> String {
        "/people/" + (try await user(bench, name)).id.text
    }

    /// What the form of a person sends when nothing but this was typed.
    private static func fields(_ user: UserRecord, _ changes: [(String, String)]) -> [(name: String, value: String)] {
        let form = PersonForm(user)
        let fields = form.fields.flatMap(\.fields).map { ($0.name, $0.value) }
        return fields.map { field in changes.first { $0.0 == field.0 } ?? field }.filter { !$0.1.isEmpty }
            .map { (name: $0.0, value: $0.1) }
    }

    @Test("People are found by name, address, group and state")
    func list() async throws {
        let bench = try await ConsoleBench()
        try await bench.change("eve") {
            $0.claims = ["name": "Eve Adams", "email": "eve@example.com"]
            $0.isEnabled = false
        }
        let browser = try await bench.browser(signedInAs: "vic")
        let found: [(String, [String])] = [
            ("", ["ada", "eve", "vic"]), ("?q=ADA", ["ada", "eve"]), ("?q=example.com", ["eve"]),
            ("?state=disabled", ["eve"]), ("?state=enabled", ["ada", "vic"]), ("?group=viewer", ["vic"]), ("?q=zz", []),
            ("?after=eve", ["vic"]), ("?before=eve", ["ada"]),
        ]
        for (query, names) in found {
            let shown = await browser.open("/console/people" + query)
            let links = shown.html.matches(of: /<span class="sub key"><bdi>([a-z]+)<\/bdi>/).map { String($0.1) }
            #expect(links == names, "\(query)")
            #expect(!shown.html.contains("add-person"))
        }
    }

    @Test("A person is added with a password, and can sign in")
    func add() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let page = await browser.open("/console/add-person")
        let fields: [(name: String, value: String)] = [
            ("user_name", "bob"), ("name", "Bob"), ("email", "bob@example.com"), ("groups", "viewer\nstaff"),
            ("claims", "website=https://bob.example\nlevel=3"), ("password", ConsoleBench.password),
            ("password_again", ConsoleBench.password),
        ]
        let shown = await browser.follow(await browser.post(page, "/add-person", fields))
        #expect(shown.html.contains("has been added") && shown.html.contains("https://bob.example"))
        let bob = try await user(bench, "bob")
        #expect(bob.groups == ["viewer", "staff"] && bob.claims["level"] == .number(3))
        #expect(try await bench.browser(signedInAs: "bob").open("/console/people").status == 200)
        let again = await browser.post(page, "/add-person", fields)
        #expect(again.status == 400 && again.html.contains("href=\"#user_name\"") && again.html.contains("already"))
    }

    @Test(
        "What was not accepted is said at its field",
        arguments: [
            ("user_name", " ", "user_name", "1 to 255"), ("email", "nobody", "email", "e-mail address"),
            ("claims", "website", "claims", "NAME=VALUE"), ("claims", "sub=x", "claims", "used by tokens"),
            ("claims", "email=a@b.c", "claims", "field of its own"), ("claims", "a=1\na=2", "claims", "twice"),
            ("password", "short", "password_again", "not the same"), ("locale", "?", "locale", "language tag"),
            ("groups", String(repeating: "g", count: 300), "groups", "name of a group"),
        ])
    func faults(_ field: String, _ value: String, _ faulty: String, _ words: String) async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let page = await browser.open("/console/add-person")
        var fields = ["user_name": "bob", "name": "kept as typed"]
        fields[field] = value
        let shown = await browser.post(page, "/add-person", fields.map { (name: $0.key, value: $0.value) })
        #expect(shown.status == 400 && shown.html.contains("kept as typed"))
        #expect(shown.html.contains("href=\"#\(faulty)\"") && shown.html.contains(words), "\(words)")
    }

    @Test("The rules for passwords answer in their own words, and a password is never shown again")
    func passwordRules() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let path = try await path(bench, "eve") + "/password"
        for (password, words) in [("short", "characters at least"), ("password123456789", "on lists")] {
            let page = await browser.open("/console" + path)
            let shown = await browser.post(page, path, [("password", password), ("password_again", password)])
            #expect(shown.status == 400 && shown.html.contains(words) && !shown.html.contains(password))
        }
        let page = await browser.open("/console" + path)
        let text = "violet kettles sing"
        let answer = await browser.post(page, path, [("password", text), ("password_again", text)])
        #expect(await browser.follow(answer).html.contains("password has been set"))
        _ = try await bench.change("eve") { $0.groups = ["viewer"] }
        let eve = Browser(bench)
        #expect(try await eve.signIn(as: "eve", password: text).title.hasPrefix("Overview"))
    }

    @Test("Only what was changed is saved, and a new e-mail address is not verified")
    func edit() async throws {
        let bench = try await ConsoleBench()
        try await bench.change("eve") {
            $0.claims = [
                "name": "Eve", "email": "eve@a.example", "email_verified": .boolean(true), "level": .string("3"),
                "address": .object(["formatted": "1 Road\nTown"]), "nickname": "E",
            ]
        }
        let browser = try await bench.browser(signedInAs: "ada")
        let path = try await path(bench, "eve") + "/edit"
        let before = try await user(bench, "eve")
        var page = await browser.open("/console" + path)
        #expect(page.html.contains("level=&quot;3&quot;"))
        var answer = await browser.post(page, path, Self.fields(before, []))
        #expect(answer.status == 303)
        #expect(try await user(bench, "eve").claims == before.claims)
        page = await browser.open("/console" + path)
        answer = await browser.post(
            page, path, Self.fields(before, [("email", "eve@b.example"), ("claims", "level=\"3\"")]))
        #expect(answer.status == 303)
        let after = try await user(bench, "eve")
        #expect(after.claims == ["name": "Eve", "email": "eve@b.example", "level": .string("3")])
        #expect(after.id == before.id && after.groups == before.groups && after.passwordHash == before.passwordHash)
    }

    @Test("The second of two who edit one person sees what is saved and by whom, and decides")
    func conflict() async throws {
        let bench = try await ConsoleBench(people: [("ada", ["admin"]), ("bo", ["admin"]), ("eve", [])])
        let (ada, bo) = (try await bench.browser(signedInAs: "ada"), try await bench.browser(signedInAs: "bo"))
        let path = try await path(bench, "eve") + "/edit"
        let eve = try await user(bench, "eve")
        let (first, second) = (await ada.open("/console" + path), await bo.open("/console" + path))
        #expect(await bo.post(second, path, Self.fields(eve, [("name", "Eve of Bo")])).status == 303)
        let answer = await ada.post(first, path, Self.fields(eve, [("name", "Eve of Ada")]))
        #expect(answer.status == 409 && answer.html.contains("bo changed it at"))
        #expect(answer.html.contains("Eve of Ada") && answer.html.contains("Saved now: “Eve of Bo”."))
        #expect(try await user(bench, "eve").displayName == "Eve of Bo")
        #expect(await ada.post(answer, path, Self.fields(eve, [("name", "Eve of Ada")])).status == 303)
        #expect(try await user(bench, "eve").displayName == "Eve of Ada")
    }

    @Test("Of many sessions those with the latest use are shown")
    func manySessions() async throws {
        let bench = try await ConsoleBench()
        let vic = try await user(bench, "vic")
        for number in 0..<SessionRecord.maximumPerPerson {
            try await bench.store.sessions.add(
                SessionRecord(
                    digest: Array("\(number)".utf8), user: vic.id, authenticatedAt: bench.clock.now, methods: ["pwd"],
                    createdAt: bench.clock.now, lastUsedAt: bench.clock.now + .seconds(Int64(number)),
                    expiresAt: bench.clock.now + .seconds(86_400),
                    agent: String(repeating: "<&", count: 100), address: "192.0.2.\(number)"), replacing: nil,
                passwordChangedAt: vic.passwordChangedAt)
        }
        let shown = await (try await bench.browser(signedInAs: "ada")).open("/console" + (try await path(bench, "vic")))
        #expect(shown.response.body.count < 50_000, "\(shown.response.body.count)")
        #expect(shown.html.contains("192.0.2.99<") && !shown.html.contains("192.0.2.59<"))
        #expect(shown.html.contains("60 that were used longer ago are not shown."))
        #expect(shown.html.contains("100 browsers"))
    }

    @Test("The last administrator who can sign in cannot be taken away")
    func lastAdministrator() async throws {
        let bench = try await ConsoleBench(people: [("ada", ["admin"]), ("bo", ["admin"])])
        try await bench.change("bo") { $0.isEnabled = false }
        let browser = try await bench.browser(signedInAs: "ada")
        let (ada, path) = (try await user(bench, "ada"), try await path(bench, "ada"))
        for end in ["disable", "remove"] {
            let page = await browser.open("/console\(path)/\(end)")
            #expect(page.html.contains("last administrator") && !page.html.contains("<button class=\"danger\""))
            #expect(await browser.post(page, "\(path)/\(end)", [("confirmation", "ada")]).status == 409)
        }
        let page = await browser.open("/console\(path)/edit")
        #expect(page.html.contains("You are editing yourself"))
        let edited = await browser.post(page, path + "/edit", Self.fields(ada, [("groups", "staff")]))
        #expect(edited.status == 400 && edited.html.contains("last administrator"))
        #expect(try await user(bench, "ada").groups == ["admin"])
        // One who cannot sign in does not count.
        let bo = try await user(bench, "bo")
        try await bench.change("bo") { $0.isEnabled = true }
        try await bench.store.users.setPassword(hash: nil, of: bo.id, at: bench.clock.now)
        #expect(await browser.open("/console\(path)/disable").html.contains("last administrator"))
        // With a second one it is allowed.
        try await bench.store.users.setPassword(hash: bo.passwordHash, of: bo.id, at: bench.clock.now)
        let again = await browser.open("/console\(path)/disable")
        #expect(again.html.contains("your own account"))
        #expect(await browser.post(again, path + "/disable").status == 303)
        #expect(try await !user(bench, "ada").isEnabled)
        let after = await browser.open("/console/people")
        #expect(after.status != 200 || after.html.contains("name=\"password\""))
    }

    @Test("An undo does not take the last administrator away")
    func undo() async throws {
        let bench = try await ConsoleBench(people: [("bo", ["admin"]), ("ada", [])])
        try await bench.change("ada") { $0.groups = ["admin"] }
        let browser = try await bench.browser(signedInAs: "ada")
        try await bench.change("bo") { $0.isEnabled = false }
        let page = await browser.open("/console/audit/3/undo")
        let answer = await browser.post(page, "/audit/3/undo")
        #expect(answer.status == 409 && answer.html.contains("last administrator"))
    }

    @Test("Sessions end one by one or all, and access is taken back")
    func sessions() async throws {
        let bench = try await ConsoleBench(people: [("ada", ["admin"]), ("vic", ["viewer"])])
        let browser = try await bench.browser(signedInAs: "ada")
        let (first, second) = (try await bench.browser(signedInAs: "vic"), try await bench.browser(signedInAs: "vic"))
        let (vic, path) = (try await user(bench, "vic"), try await path(bench, "vic"))
        try await bench.store.clients.add(ClientRecord(id: "shop", name: "Shop", createdAt: bench.clock.now), keys: [])
        try await bench.store.consents.give(
            ConsentRecord(user: vic.id, client: "shop", scopes: ["openid"], givenAt: bench.clock.now))
        let page = await browser.open("/console" + path)
        #expect(page.html.contains("Shop") && page.html.contains("Take back"))
        // Only the console's own access ends what is open here.
        #expect(page.html.matches(of: /taking it back signs the person out here/).count == 1)
        let ids = try await bench.store.sessions.sessions(of: vic.id).map(\.id)
        #expect(ids.count == 2)
        #expect(await browser.post(page, path, [("session", ids[0])]).status == 303)
        #expect(try await bench.store.sessions.sessions(of: vic.id).map(\.id) == [ids[1]])
        #expect(await browser.post(page, path, [("session", ids[0])]).status == 404)
        #expect(await browser.post(page, path, [("client", "shop")]).status == 303)
        #expect(try await bench.store.consents.access(of: vic.id, to: "shop") == nil)
        #expect(await browser.post(page, path, [("client", "shop")]).status == 404)
        #expect(await browser.post(page, path, [("clients", "all")]).status == 303)
        #expect(try await bench.store.consents.access(of: vic.id, limit: 9).isEmpty)
        #expect(await browser.post(page, path, [("sessions", "all")]).status == 303)
        #expect(try await bench.store.sessions.sessions(of: vic.id).isEmpty)
        for viewer in [first, second] {
            #expect(await viewer.open("/console/people").html.contains("name=\"password\""))
        }
    }

    @Test(
        "A browser's User-Agent is text of bounded length among the sessions, and in the change that ends them",
        arguments: [
            ("<script>alert(1)</script>", "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"),
            ("\"><img src=x onerror=alert(1)>{{base}}", "&gt;&lt;img src=x onerror=alert(1)&gt;{{base}}</bdi>"),
            (String(repeating: "<b>x</b> y", count: 30), "&lt;b&gt;x&lt;/b&gt; y…</bdi>"),
            (
                "\u{1B}[31mred\u{0}\u{7}\u{9}\u{202E}exe.gpj\u{2066}\u{200B}x",
                "\\u{1b}[31mred\\u{0}\\u{7}\\u{9}�exe.gpj��x</bdi>"
            ),
            ("<script>Firefox/1 (Linux\u{202E}", "<bdi>Firefox on Linux</bdi>"),
        ])
    func hostileAgent(_ agent: String, _ shownText: String) async throws {
        let bench = try await ConsoleBench()
        let eve = Browser(bench, agent: agent)
        _ = try await eve.signIn(as: "eve")
        let path = try await path(bench, "eve")
        let browser = try await bench.browser(signedInAs: "ada")
        let page = await browser.open("/console" + path)
        #expect(page.html.contains(shownText), "\(page.html)")
        #expect(await browser.post(page, path, [("sessions", "all")]).status == 303)
        let change = await browser.open("/console/audit/\(try await bench.changeCount())")
        #expect(change.status == 200 && change.title.hasPrefix("Change"))
        for shown in [page, change] {
            for mark in ["<script>", "<img", "<b>x", "\u{1B}", "\u{0}", "\u{7}", "\u{202E}", "\u{2066}", "\u{200B}"] {
                #expect(!shown.html.contains(mark), "\(shown.url): \(mark)")
            }
            #expect(shown.response.body.count < 50_000)
        }
    }

    @Test("Of more clients with access than are shown, the page says so, and taking all back goes on in steps")
    func manyAccesses() async throws {
        let bench = try await ConsoleBench(people: [("ada", ["admin"]), ("vic", [])])
        let vic = try await user(bench, "vic")
        func give(_ numbers: Range<Int>) async throws {
            for number in numbers {
                let id = ClientID("c\(number)")
                try await bench.store.clients.add(ClientRecord(id: id, name: "", createdAt: bench.clock.now), keys: [])
                try await bench.store.consents.give(
                    ConsentRecord(user: vic.id, client: id, scopes: ["openid"], givenAt: bench.clock.now))
            }
        }
        let browser = try await bench.browser(signedInAs: "ada")
        let path = try await path(bench, "vic")
        try await give(0..<PersonPage.maximumAccess)
        var page = await browser.open("/console" + path)
        #expect(
            page.html.contains("\(PersonPage.maximumAccess) clients have access")
                && !page.html.contains("of more are shown"))
        try await give(PersonPage.maximumAccess..<502)
        page = await browser.open("/console" + path)
        #expect(page.html.contains("more than \(PersonPage.maximumAccess) clients have access"))
        #expect(page.html.contains("The first \(PersonPage.maximumAccess) of more are shown."))
        #expect(page.response.body.count < 50_000, "\(page.response.body.count)")
        let first = await browser.follow(await browser.post(page, path, [("clients", "all")]))
        #expect(first.html.contains("There are more") && first.html.contains("2 clients have access"))
        let second = await browser.follow(await browser.post(first, path, [("clients", "all")]))
        #expect(second.html.contains("All access has been taken back") && second.html.contains("no client has access"))
    }

    @Test("A viewer has no form, and names are text")
    func viewer() async throws {
        let bench = try await ConsoleBench()
        let name = Self.hostile.filter { $0 != "\u{202E}" }
        try await bench.change("eve") {
            $0.name = name
            $0.claims = ["name": .string(Self.hostile), "level": .string(Self.hostile)]
            $0.groups = [name]
        }
        let path = try await path(bench, name)
        let viewer = try await bench.browser(signedInAs: "vic")
        let shown = await viewer.open("/console" + path)
        #expect(shown.status == 200 && !shown.html.contains("name=\"sessions\"") && !shown.html.contains("/remove"))
        for end in ["edit", "password", "disable", "remove"] {
            #expect(await viewer.open("/console\(path)/\(end)").status == 403)
        }
        #expect(await viewer.open("/console/add-person").status == 403)
        let browser = try await bench.browser(signedInAs: "ada")
        for url in ["", path, path + "/edit", path + "/password", path + "/disable", path + "/remove", "/people"] {
            let shown = await browser.open("/console" + url)
            #expect(shown.status == 200)
            for mark in ["<script>", "onfocus=\""] { #expect(!shown.html.contains(mark), "\(url): \(mark)") }
        }
        let missing = await browser.open("/console/people/%3Cscript%3E")
        #expect(missing.status == 404 && !missing.hasOtherScript)
    }
}
