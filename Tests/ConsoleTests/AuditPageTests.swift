import Administration
import GRDB
import TestSupport
import Testing

@testable import Console
@testable import SQLite

@Suite("The console's audit", .timeLimit(.minutes(5)))
struct AuditPageTests {
    private static let hostile = "</td><script>alert(1)</script>\u{202E}\" onfocus=\"x{{base}}"

    /// A client that is registered and changed by one person, and a resource by the command line: changes 4, 5 and 6.
    private func bench() async throws -> ConsoleBench {
        let bench = try await ConsoleBench()
        let ada = try #require(try await bench.store.users.user(named: "ada"))
        let store = bench.store.acting(as: .person(ada.id, name: "ada", through: .console))
        try await store.clients.add(
            ClientRecord(id: "billing", name: "Billing", scopes: ["a"], createdAt: bench.clock.now), keys: [])
        try await change(store, bench) { $0.scopes = ["a", "b"] }
        try await bench.store.acting(as: .commandLine(user: "root")).resources.add(
            ResourceRecord(uri: "https://api.example/v1", createdAt: bench.clock.now))
        return bench
    }

    private func change(
        _ store: any Store, _ bench: ConsoleBench, _ body: @escaping @Sendable (inout ClientRecord) -> Void
    ) async throws {
        _ = try await ClientAdministration(store).edit(
            "billing", removing: [], adding: [], at: bench.clock.now, body)
    }

    private func client(_ bench: ConsoleBench) async throws -> ClientRecord {
        try #require(try await bench.store.clients.registration(of: "billing")).client
    }

    @Test("The list says who changed what and when, and its filters are in its address")
    func list() async throws {
        let bench = try await bench()
        let browser = try await bench.browser(signedInAs: "vic")
        let all = await browser.open("/console/audit")
        #expect(all.status == 200 && all.html.contains("6 changes are recorded"))
        for text in ["Scopes changed", "Registered", "root", "/console/clients/billing", "/console/audit/6"] {
            #expect(all.html.contains(text), "\(text)")
        }
        let found: [(query: String, numbers: [Int])] = [
            ("?by=ada", [5, 4]), ("?by=root", [6]), ("?by=nobody", []), ("?kind=client", [5, 4]),
            ("?on=billing", [5, 4]), ("?kind=client&on=billing&by=ada", [5, 4]), ("?kind=user&on=eve", [3]),
            ("?on=eve", [3]), ("?kind=resource&on=https%3A%2F%2Fapi.example%2Fv1", [6]),
            ("?since=hour", [6, 5, 4, 3, 2, 1]), ("?before=3", [2, 1]), ("?kind=spaceship", [6, 5, 4, 3, 2, 1]),
        ]
        for (query, numbers) in found {
            let shown = await browser.open("/console/audit" + query)
            let links = shown.html.matches(of: /href="\/console\/audit\/([0-9]+)"/).compactMap { Int($0.1) }
            #expect(links == numbers, "\(query)")
            #expect(shown.html.contains("Nothing matches") == numbers.isEmpty)
        }
        bench.clock.advance(by: .seconds(86_400 * 2))
        let again = try await bench.browser(signedInAs: "vic")
        #expect(await again.open("/console/audit?since=day").html.contains("Nothing matches"))
    }

    @Test("A search by a name finds a person and others who are called the same, and the command says what was typed")
    func sameName() async throws {
        let bench = try await bench()
        let root = UserRecord(name: "root", createdAt: bench.clock.now)
        try await bench.store.acting(as: .commandLine(user: "toor")).users.add(root)
        try await change(bench.store.acting(as: .person(root.id, name: "root", through: .api)), bench) { $0.name = "x" }
        try await change(bench.store.acting(as: .commandLine(user: "toor")), bench) { $0.name = "y" }
        let browser = try await bench.browser(signedInAs: "vic")
        let found: [(query: String, numbers: [Int], options: [String])] = [
            ("?by=root", [8, 6], ["--actor", "root"]), ("?by=ROOT", [8], ["--actor", "ROOT"]),
            ("?by=\(root.id.text)", [8], ShellCommand.option("--actor", root.id.text)),
            ("?by=toor&on=root", [7], ["--subject", "any:root", "--actor", "toor"]),
            ("?on=billing", [9, 8, 5, 4], ["--subject", "any:billing"]),
            ("?kind=user&on=root", [7], ["--subject", "user:root"]),
            ("?kind=client&on=root", [], ["--subject", "client:root"]),
        ]
        for (query, numbers, options) in found {
            let shown = await browser.open("/console/audit" + query)
            let links = shown.html.matches(of: /href="\/console\/audit\/([0-9]+)"/).compactMap { Int($0.1) }
            #expect(links == numbers, "\(query)")
            #expect(shown.html.contains(ShellCommand.text(["changes", "list"] + options)), "\(query)")
        }
    }

    @Test("What was removed has its name and no link, wherever a change of it is shown")
    func removed() async throws {
        let bench = try await bench()
        let ada = try #require(try await bench.store.users.user(named: "ada"))
        let eve = try #require(try await bench.store.users.user(named: "eve"))
        let acting = bench.store.acting(as: .person(eve.id, name: "eve", through: .api))
        try await change(acting, bench) { $0.name = "x" }
        let browser = try await bench.browser(signedInAs: "ada")
        let uri = "https://api.example/v1"
        let before = await browser.open("/console/audit")
        #expect(before.html.contains("\"/console\(ResourcePage.path(of: uri))\""))
        #expect(await browser.open("/console/audit/7").html.contains("\"/console\(PersonPage.path(of: eve.id))\""))
        try await ResourceAdministration(bench.store).remove(uri)
        try await bench.store.users.remove(eve.id, at: bench.clock.now)
        let list = await browser.open("/console/audit")
        for path in [ResourcePage.path(of: uri), PersonPage.path(of: eve.id)] {
            #expect(!list.html.contains("\"/console\(path)\""), "\(path)")
        }
        #expect(list.html.contains(uri) && list.html.contains("\"/console\(PersonPage.path(of: ada.id))\""))
        #expect(!list.html.contains(">\(eve.id.text)<") && list.html.contains("<bdi>eve</bdi>"))
        for number in [3, 6, 7, 8, 9] {
            let shown = await browser.open("/console/audit/\(number)")
            #expect(shown.status == 200)
            for path in [ResourcePage.path(of: uri), PersonPage.path(of: eve.id)] {
                #expect(!shown.html.contains("\"/console\(path)\""), "\(number): \(path)")
            }
        }
    }

    @Test("Fields that changed have the words of the forms; what has none is text")
    func members() throws {
        let record = ClientRecord(id: "x", name: "X", createdAt: TestClock.start)
        let client = ClientRegistration(client: record, keys: []).facts.members.map(\.name.text)
        let user = UserRecord(name: "x", createdAt: TestClock.start).facts.members.map(\.name.text)
        let resource = ResourceRecord(uri: "https://x", createdAt: TestClock.start).facts.members.map(\.name.text)
        let names: [(ChangeSubject.Kind, [String])] = [
            (.client, client + SignInOptions.memberNames), (.user, user + ["password_changed_at"]),
            (.resource, resource), (.serverKey, ["signs_from", "published_until"]),
        ]
        for (kind, names) in names {
            for name in names { #expect(ChangeMembers.label(of: name, kind) != name, "\(name)") }
        }
        let strange = ChangeMembers.label(of: "new_\u{202E}", .user)
        #expect(strange.hasPrefix("new_") && !strange.contains("\u{202E}"))
        func words(_ before: JSONObject, _ after: JSONObject) -> String {
            ChangeWords.what(
                Change(
                    number: 1, at: TestClock.start, actor: .commandLine(user: "root"), action: .clientChanged,
                    subject: .client("x"), before: before, after: after, digest: []))
        }
        #expect(words(["jwks_uri": "a"], [:]) == "JWKS URI changed")
        #expect(words(["scope": "a", "jwks_uri": "a"], [:]) == "Scopes and JWKS URI changed")
        #expect(words(["jwks_uri": "a", "scope": "a"], [:]) == "JWKS URI and scopes changed")
        #expect(words(["jwks_uri": "a", "scope": "a", "description": "a"], [:]) == "3 fields changed")
    }

    @Test("30 changes are on a page, and the next page begins after them")
    func pages() async throws {
        let bench = try await bench()
        for number in 1...70 { try await change(bench.store, bench) { $0.description = "\(number)" } }
        let browser = try await bench.browser(signedInAs: "vic")
        var shown = await browser.open("/console/audit")
        #expect(shown.html.contains("Number 47 to 76") && shown.response.body.count < 50_000)
        let next = try #require(shown.html.firstMatch(of: /href="([^"]*)" rel="next"/))
        shown = await browser.open(String(next.1))
        #expect(shown.url.hasSuffix("?before=47") && shown.html.contains("Number 17 to 46"))
        #expect(shown.html.contains("Newest"))
    }

    @Test("A change shows its fields before and after, and its place in the chain")
    func change() async throws {
        let bench = try await bench()
        let browser = try await bench.browser(signedInAs: "ada")
        let shown = await browser.open("/console/audit/5")
        #expect(shown.html.contains("<del><bdi>[&quot;a&quot;]</bdi></del>"))
        #expect(shown.html.contains("<ins><bdi>[&quot;a&quot;,&quot;b&quot;]</bdi></ins>"))
        let rows = try await bench.store.changes.rows(after: 3, limit: 3)
        for row in rows {
            let digest = row.digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(shown.html.contains(digest))
        }
        #expect(shown.html.contains("Holds here") && shown.html.contains("countersign changes undo 5"))
        for url in [
            "/console/audit/9223372036854775807", "/console/audit/7", "/console/audit/0", "/console/audit/05",
            "/console/audit/x",
        ] {
            #expect(await browser.open(url).status == 404)
        }
        #expect(await browser.open("/console/audit/1").html.contains("Holds here"))
        #expect(await browser.open("/console/audit/6").html.contains("Holds here"))
    }

    @Test(
        "A broken chain and a row that cannot be read are said where they are, and hide no other row",
        arguments: [
            ("action = 'client.blessed'", "cannot be read"), ("value_after = CAST('{}' AS BLOB)", "Broken here"),
        ])
    func broken(_ assignment: String, _ words: String) async throws {
        let bench = try await bench()
        try await bench.store.pool.write { try $0.execute(sql: "UPDATE change SET \(assignment) WHERE number = 5") }
        let browser = try await bench.browser(signedInAs: "ada")
        let list = await browser.open("/console/audit")
        #expect(
            list.status == 200 && list.html.contains("/console/audit/4\"") && list.html.contains("/console/audit/6\""))
        let shown = await browser.open("/console/audit/5")
        #expect(shown.status == 200 && shown.html.contains(words) && shown.html.contains("Broken here"))
    }

    @Test("A server that does not countersign any more is noticed, and nothing is checked for that")
    func countersignature() async throws {
        let bench = try await bench()
        let bounds = try await bench.store.changes.bounds()
        let key = ChangeLogKey(MasterKey.generate())
        let browser = try await bench.browser(signedInAs: "ada")
        #expect(await !browser.open("/console/audit").html.contains("not countersigned"))
        bench.clock.advance(by: .seconds(180))
        #expect(await browser.open("/console/audit").html.contains("not countersigned"))
        try await bench.store.changes.add(key.countersign(bounds.head, of: bounds.issuer, at: bench.clock.now))
        let shown = await browser.open("/console/audit")
        #expect(
            !shown.html.contains("not countersigned")
                && shown.html.contains("countersigned by the server up to number 6"))
        #expect(await browser.open("/console/audit/5").html.contains("Up to number 6 at"))
    }

    @Test("An undo shows what will be, and is a change itself")
    func undo() async throws {
        let bench = try await bench()
        let browser = try await bench.browser(signedInAs: "ada")
        let path = "/audit/5/undo"
        let asked = await browser.open("/console" + path)
        #expect(asked.html.contains("<ins><bdi>[&quot;a&quot;]</bdi></ins>"))
        #expect(try await client(bench).scopes == ["a", "b"])
        let answer = await browser.post(asked, path)
        #expect(answer.status == 303)
        let shown = await browser.follow(answer)
        #expect(shown.url.hasSuffix("/console/audit/7?notice=undone") && shown.html.contains("Change 5"))
        #expect(try await client(bench).scopes == ["a"])
        let made = try #require(try await bench.store.changes.change(7))
        #expect(made.undoes == 5 && made.actor.name == "ada" && made.actor.channel == .console)
        let undone = await browser.open("/console/audit/5")
        #expect(undone.html.contains("It was undone by") && !undone.html.contains("Undo this change"))
    }

    @Test("A change whose undoing was undone is in force, and can be undone again, however long ago that was")
    func undoneUndo() async throws {
        let bench = try await bench()
        let changes = ChangeAdministration(bench.store)
        let browser = try await bench.browser(signedInAs: "ada")
        func isUndone(_ number: Int) async -> Bool {
            let shown = await browser.open("/console/audit/\(number)")
            let isUndone = shown.html.contains("It was undone by")
            #expect(shown.html.contains("/audit/\(number)/undo\"") != isUndone, "\(number)")
            return isUndone
        }
        #expect(try await changes.undo(5, at: bench.clock.now).number == 7)
        #expect(await isUndone(5))
        #expect(try await changes.undo(7, at: bench.clock.now).number == 8)
        #expect(await !isUndone(5))
        #expect(await isUndone(7))
        for number in 0..<40 { try await change(bench.store, bench) { $0.name = "\(number)" } }
        let again = try await changes.undo(5, at: bench.clock.now)
        #expect(again.number == 49 && again.undoes == 5)
        for number in 0..<40 { try await change(bench.store, bench) { $0.name = "x\(number)" } }
        let shown = await browser.open("/console/audit/5")
        #expect(shown.html.contains("It was undone by <a href=\"/console/audit/49\">"))
    }

    @Test("The refusals since a change are counted, and the link shows the same ones")
    func refusalsSince() async throws {
        let bench = try await bench()
        let browser = try await bench.browser(signedInAs: "ada")
        func refuse(_ letters: String, at time: UnixTime) {
            bench.store.audit.record(
                AuditEntry(
                    reference: Reference(letters), at: time, clientID: "billing", isProven: true, code: "expired",
                    endpoint: "/oauth2/token", remoteAddress: nil, trace: "{}"))
        }
        refuse("AAAAAAAA", at: bench.clock.now - .seconds(5))
        refuse("BBBBBBBB", at: bench.clock.now + .seconds(5))
        refuse("CCCCCCCC", at: bench.clock.now + .seconds(6))
        await bench.store.audit.flush()
        bench.clock.advance(by: .seconds(60))
        let shown = await browser.open("/console/audit/5")
        #expect(shown.html.contains("has been refused 2 times since"))
        let link = try #require(shown.html.firstMatch(of: /href="([^"]*)">See the refusals/))
        let list = await browser.open(String(link.1).replacing("&amp;", with: "&"))
        #expect(list.html.contains("BBBBBBBB") && list.html.contains("CCCCCCCC") && !list.html.contains("AAAAAAAA"))
        #expect(list.html.contains("2 since ") && list.html.contains(" selected>Since "))
        for since in ["-1", "253402300800000", "9223372036854775807", "99999999999999999999", "1.5"] {
            let other = await browser.open("/console/refusals?client=billing&since=\(since)")
            #expect(other.status == 200 && !other.html.contains(">Since "), "\(since)")
        }
    }

    @Test("An undo of what was changed since is refused, and says by whom")
    func conflict() async throws {
        let bench = try await bench()
        let browser = try await bench.browser(signedInAs: "ada")
        let asked = await browser.open("/console/audit/5/undo")
        let eve = try #require(try await bench.store.users.user(named: "eve"))
        try await change(bench.store.acting(as: .person(eve.id, name: "eve", through: .api)), bench) {
            $0.scopes = ["c"]
        }
        let answer = await browser.post(asked, "/audit/5/undo")
        #expect(answer.status == 409)
        #expect(
            answer.html.contains("was changed since: scopes.") && answer.html.contains("eve (Admin API) changed it at"))
        #expect(try await client(bench).scopes == ["c"])
    }

    @Test("What cannot be undone has no button, a viewer has none, and an old sign-in has to sign in again")
    func notUndoable() async throws {
        let bench = try await bench()
        let browser = try await bench.browser(signedInAs: "ada")
        #expect(await browser.open("/console/audit/4").html.contains("It cannot be undone here."))
        #expect(await !browser.open("/console/audit/4").html.contains("/audit/4/undo\""))
        let asked = await browser.open("/console/audit/4/undo")
        #expect(asked.html.contains("It cannot be undone") && !asked.html.contains("Undo the change</button>"))
        #expect(await browser.post(asked, "/audit/4/undo").status == 409)
        let viewer = try await bench.browser(signedInAs: "vic")
        #expect(await !viewer.open("/console/audit/5").html.contains("/audit/5/undo\""))
        #expect(await viewer.open("/console/audit/5/undo").status == 403)
        let undo = await browser.open("/console/audit/5/undo")
        bench.clock.advance(by: .seconds(700))
        #expect(await browser.post(undo, "/audit/5/undo").status == 403)
        #expect(try await client(bench).scopes == ["a", "b"])
    }

    @Test("Names are text in each page, and a page stays small whatever was changed")
    func hostile() async throws {
        let bench = try await ConsoleBench()
        let id = ClientID(ExactString("x" + Self.hostile.filter { $0 != "\u{202E}" }))
        try await bench.store.acting(as: .commandLine(user: Self.hostile)).clients.add(
            ClientRecord(
                id: id, name: Self.hostile, description: String(repeating: Self.hostile, count: 2000),
                scopes: (0..<3000).map { "s\($0)" }, createdAt: bench.clock.now), keys: [])
        let browser = try await bench.browser(signedInAs: "ada")
        let query = FormWriter.encoded([("by", Self.hostile), ("on", Self.hostile)])
        for url in ["/console/audit", "/console/audit/4", "/console/audit/4/undo", "/console/audit?\(query)"] {
            let shown = await browser.open(url)
            #expect(shown.status == 200, "\(url)")
            #expect(!shown.hasOtherScript, "\(url)")
            for mark in ["\u{202E}", "onfocus=\""] { #expect(!shown.html.contains(mark), "\(url): \(mark)") }
            #expect(shown.response.body.count < 50_000, "\(url)")
        }
    }
}
