import Administration
import Pages
import TestSupport
import Testing

@testable import Console

@Suite("The first administrator", .timeLimit(.minutes(5)))
struct SetupTests {
    private static let form = [
        (name: "user", value: "root-of-trust"), (name: "name", value: "Grace Hopper"),
        (name: "password", value: "seven quiet otters juggle"),
        (name: "password_again", value: "seven quiet otters juggle"),
    ]

    private static func link(_ bench: ConsoleBench) async throws -> String {
        try #require(try await bench.console.setupURL(at: bench.clock.now))
    }

    private static func fields(_ changes: [(String, String)]) -> [(name: String, value: String)] {
        form.map { field in (field.name, changes.first { $0.0 == field.name }?.1 ?? field.value) }
    }

    @Test("is made once at the link, and then signs in")
    func once() async throws {
        let bench = try await ConsoleBench(people: [("vic", ["viewer"])])
        let url = try await Self.link(bench)
        #expect(url.hasPrefix("https://as.example/console/setup?key="))
        let browser = Browser(bench)
        let page = await browser.open(url)
        #expect(page.status == 200)
        #expect(page.html.contains("At least 15 characters"))
        let made = await browser.post(page, "/setup", Self.form)
        #expect(made.status == 200)
        #expect(made.title.hasPrefix("The first administrator is made"))
        let user = try #require(try await bench.store.users.user(named: "root-of-trust"))
        #expect(user.groups == ["admin"])
        #expect(user.displayName == "Grace Hopper")
        #expect(
            try await browser.signIn(as: "root-of-trust", password: Self.form[2].value).html.contains("Administrator"))
        // The link is dead, for pages that were open, too; a restart makes none.
        #expect(await browser.open(url).status == 403)
        #expect(await browser.post(page, "/setup", Self.fields([("user", "second")])).status == 403)
        #expect(try await bench.store.users.user(named: "second") == nil)
        #expect(try await bench.console.setupURL(at: bench.clock.now) == nil)
    }

    @Test("Two forms at once make one")
    func race() async throws {
        let bench = try await ConsoleBench(people: [])
        let url = try await Self.link(bench)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<6 {
                let browser = Browser(bench)
                let page = await browser.open(url)
                group.addTask { await browser.post(page, "/setup", Self.fields([("user", "root-\(number)")])).status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.count { $0 == 200 } == 1)
        #expect(try await bench.store.users.page(after: nil, limit: 10).count == 1)
    }

    @Test("There is no link while a person is an administrator, also a disabled one")
    func need() async throws {
        let bench = try await ConsoleBench(people: [
            ("ada", ["staff", "admin"]), ("bob", ["Admin", "admins", "x\"admin\"x"]),
        ])
        #expect(try await bench.console.setupURL(at: bench.clock.now) == nil)
        try await bench.change("ada") { $0.isEnabled = false }
        #expect(try await bench.console.setupURL(at: bench.clock.now) == nil)
        try await bench.change("ada") { $0.groups = ["staff"] }
        let url = try await Self.link(bench)
        #expect(await Browser(bench).open(url).status == 200)
        // Somebody was made an administrator meanwhile.
        try await bench.change("bob") { $0.groups = ["admin"] }
        #expect(await Browser(bench).open(url).status == 403)
    }

    @Test("An administrator who was made elsewhere ends the link, and it does not come back when they are disabled")
    func madeElsewhere() async throws {
        let bench = try await ConsoleBench(people: [("bob", [])])
        let url = try await Self.link(bench)
        let browser = Browser(bench)
        let page = await browser.open(url)
        try await bench.change("bob") { $0.groups = ["admin"] }
        try await bench.change("bob") { $0.isEnabled = false }
        #expect(await browser.post(page, "/setup", Self.form).status == 403)
        try await bench.change("bob") { $0.groups = [] }
        #expect(await browser.post(page, "/setup", Self.form).status == 403)
        #expect(try await bench.store.users.page(after: nil, limit: 10).map(\.name) == ["bob"])
    }

    @Test("The person is added only if the group is still empty in the transaction", arguments: [true, false])
    func condition(_ isEnabled: Bool) async throws {
        let bench = try await ConsoleBench(people: [("bob", ["admin"])])
        try await bench.change("bob") { $0.isEnabled = isEnabled }
        let link = SetupLink(at: bench.address, store: bench.store)
        await #expect(throws: StoreError.changed) {
            try await link.storeForFirst.users.add(UserRecord(name: "second", createdAt: bench.clock.now))
        }
        try await bench.change("bob") { $0.groups = ["Admin", "x\"admin\"x"] }
        try await link.storeForFirst.users.add(UserRecord(name: "second", createdAt: bench.clock.now))
        #expect(try await bench.store.users.page(after: nil, limit: 10).count == 2)
    }

    @Test("A link ends after an hour, and when another is made")
    func expiry() async throws {
        let bench = try await ConsoleBench(people: [])
        let first = try await Self.link(bench)
        bench.clock.advance(by: SetupLink.lifetime - .seconds(1))
        #expect(await Browser(bench).open(first).status == 200)
        bench.clock.advance(by: .seconds(1))
        #expect(await Browser(bench).open(first).status == 403)
        let second = try await Self.link(bench)
        #expect(await Browser(bench).open(first).status == 403)
        #expect(await Browser(bench).open(second).status == 200)
    }

    @Test("Guesses are limited for each address, and never shown to be near")
    func guesses() async throws {
        let bench = try await ConsoleBench(people: [])
        let url = try await Self.link(bench)
        let browser = Browser(bench)
        for guess in [
            "", "?key=", "?key=x", "?key=" + String(repeating: "A", count: 43),
            "?key=" + String(repeating: "A", count: 10_000),
        ] {
            #expect(await browser.open("/console/setup" + guess).status == 403)
        }
        var statuses: [Int] = []
        for _ in 0..<20 { statuses.append(await browser.open(url + "x").status) }
        #expect(statuses.last == 429)
        #expect(await browser.open(url).status == 429)
        bench.clock.advance(by: .seconds(60))
        #expect(await browser.open(url).status == 200)
    }

    @Test(
        "What was not accepted is said at its field, and what was typed is kept",
        arguments: [
            ([("password", "short"), ("password_again", "short")], "password", "15 characters"),
            ([("password_again", "another one entirely")], "password_again", "not the same"),
            ([("password", "root-of-trust-12"), ("password_again", "root-of-trust-12")], "password", "names"),
            ([("user", " root")], "user", "no space"), ([("user", "")], "user", "1 to 255"),
            ([("user", "vic")], "user", "already"),
        ])
    func faults(_ changes: [(String, String)], _ field: String, _ words: String) async throws {
        let bench = try await ConsoleBench(people: [("vic", [])])
        let browser = Browser(bench)
        let page = await browser.open(try await Self.link(bench))
        let shown = await browser.post(page, "/setup", Self.fields(changes))
        #expect(shown.status == 400)
        #expect(shown.html.contains("href=\"#\(field)\""))
        #expect(shown.html.contains("id=\"\(field)-message\""))
        #expect(shown.html.contains(words))
        #expect(shown.html.contains("value=\"Grace Hopper\""))
        #expect(!shown.html.contains("quiet otters"))
        // The link still works.
        #expect(await browser.post(shown, "/setup", Self.form).status == 200)
    }

    @Test("A form of another site makes nobody, even with the link")
    func forged() async throws {
        let bench = try await ConsoleBench(people: [])
        let url = try await Self.link(bench)
        let secret = String(try #require(url.split(separator: "=").last))
        let browser = Browser(bench)
        let page = await browser.open(url)
        let hidden = page.hidden("/console/setup")
        for (form, headers) in [
            ([(name: "key", value: secret)], []), (hidden, [("Origin", "https://evil.example")]),
            (hidden, [("Origin", "null")]), (hidden, [("Sec-Fetch-Site", "cross-site")]),
        ] {
            let shown = await browser.send(
                "POST", "/console/setup", form: form + Self.form, headers: headers)
            #expect(shown.status == 400)
        }
        #expect(try await bench.store.users.page(after: nil, limit: 10).isEmpty)
    }
}
