import Administration
import Synchronization
import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("The live parts of the console", .timeLimit(.minutes(5)))
struct LiveTests {
    private static let overview = "/console/live/overview?period=hour"
    private static let refusals = "/console/live/refusals"

    /// The members of an event, after a check of its form.
    private func event(_ shown: Browser.Shown) throws -> (id: String, data: JSONObject) {
        #expect(shown.status == 200)
        #expect(shown.header("Cache-Control") == "no-store")
        #expect(shown.header("Set-Cookie") == nil)
        #expect(shown.response.contentType == "text/event-stream")
        let found = try #require(
            shown.html.wholeMatch(of: /retry: 1000\nid: ([A-Za-z0-9.-]+)\ndata: ([^\n]+)\n\n/),
            "\(shown.html.prefix(200))")
        return (String(found.1), try JSONObject(parsing: Array(found.2.utf8)))
    }

    private func regions(_ data: JSONObject) -> [String] {
        guard case .object(let regions)? = data["regions"] else { return [] }
        return regions.members.map(\.name.text)
    }

    private func rows(_ data: JSONObject) -> [JSONObject] {
        guard case .array(let rows)? = data["rows"] else { return [] }
        return rows.compactMap { if case .object(let row) = $0 { row } else { nil } }
    }

    private func record(_ bench: ConsoleBench, _ letters: String, client: String = "shop", code: String = "expired") {
        bench.store.audit.record(
            AuditEntry(
                reference: Reference(letters), at: bench.clock.now, clientID: client, isProven: false, code: code,
                endpoint: "/oauth2/token", remoteAddress: "192.0.2.1", trace: "unreadable"))
    }

    @Test("The first event of the overview has every part as the page shows it, the next only what has changed")
    func changes() async throws {
        let bench = try await ConsoleBench()
        _ = await bench.checkup.freshReport()
        let browser = try await bench.browser(signedInAs: "vic")
        let page = await browser.open("/console")
        let (id, data) = try event(await browser.send("GET", Self.overview))
        #expect(regions(data).count == 9)
        if case .object(let regions)? = data["regions"] {
            for member in regions.members where member.name.text != "lead" {
                let html = try #require(regions.string(member.name.text)).text
                #expect(page.html.contains("data-region=\"\(member.name.text)\">\(html)</"), "\(member.name.text)")
            }
        }
        bench.clock.advance(by: .seconds(1))
        let (next, second) = try event(
            await browser.send("GET", Self.overview, headers: [("Last-Event-ID", id)]))
        #expect(regions(second) == [] && next != id)
        // A new connection names the event in the query; one of another process begins anew.
        let (_, third) = try event(await browser.send("GET", Self.overview + "&from=\(next)"))
        #expect(regions(third) == [])
        for other in ["AAAAAAAA.7", "x", "", String(repeating: "9", count: 100_000)] {
            let (_, all) = try event(await browser.send("GET", Self.overview, headers: [("Last-Event-ID", other)]))
            #expect(regions(all).count == 9)
        }
    }

    @Test("All who look in the same second get the same bytes, whoever they are")
    func shared() async throws {
        let bench = try await ConsoleBench()
        _ = await bench.checkup.freshReport()
        var bodies: Set<String> = []
        for name in ["ada", "vic"] {
            let browser = try await bench.browser(signedInAs: name)
            bodies.insert(await browser.send("GET", Self.overview).html)
            bodies.insert(await browser.send("GET", Self.refusals + "?from=1").html)
        }
        #expect(bodies.count == 2)
    }

    @Test("HTML §9.2.3: those who are not signed in, or may not look, get 204 and no redirect, so the browser stops")
    func ended() async throws {
        let bench = try await ConsoleBench()
        for url in [Self.overview, Self.refusals] {
            func expectEnd(_ browser: Browser, _ comment: Comment) async {
                for method in ["GET", "HEAD"] {
                    let shown = await browser.send(method, url)
                    #expect(shown.status == 204, comment)
                    #expect(shown.response.body.isEmpty && shown.header("Location") == nil, comment)
                    #expect(shown.header("Cache-Control") == "no-store" && shown.header("Set-Cookie") == nil, comment)
                }
            }
            await expectEnd(Browser(bench), "nobody")
            await expectEnd(try await bench.browser(signedInAs: "eve"), "no group")
            let browser = try await bench.browser(signedInAs: "vic")
            let thief = browser.copy()
            #expect(await browser.send("HEAD", url).status == 200)
            try await bench.change("vic") { $0.groups = ["staff"] }
            await expectEnd(browser, "not in the group any more")
            try await bench.change("vic") { $0.groups = ["viewer"] }
            #expect(await browser.send("GET", url).status == 200)
            let page = await browser.open("/console")
            _ = await browser.send(
                "POST", "/console/sign-out", form: page.hidden("/console/sign-out"))
            await expectEnd(browser, "signed out")
            await expectEnd(thief, "a copy of the cookie")
        }
    }

    @Test(
        "Those whose session, password or account has ended get 204 at the next request; fewer rights are enough to look"
    )
    func endedByOthers() async throws {
        // One administrator has to stay.
        let bench = try await ConsoleBench(people: [("ada", ["admin"]), ("bo", ["admin"]), ("vic", ["viewer"])])
        let people = PeopleAdministration(bench.store)
        func expectEnd(_ name: String, _ end: () async throws -> Void) async throws {
            let browser = try await bench.browser(signedInAs: name)
            #expect(await browser.send("GET", Self.overview).status == 200)
            try await end()
            for url in [Self.overview, Self.refusals] {
                #expect(await browser.send("GET", url).status == 204, "\(name)")
            }
        }
        let ada = try await bench.browser(signedInAs: "ada")
        try await bench.change("ada") { $0.groups = ["viewer"] }
        #expect(await ada.send("GET", Self.overview).status == 200)
        try await bench.change("ada") { $0.groups = ["admin"] }
        try await expectEnd("vic") { _ = try await people.setEnabled(false, "vic", at: bench.clock.now) }
        _ = try await people.setEnabled(true, "vic", at: bench.clock.now)
        try await expectEnd("vic") { _ = try await people.setPassword(nil, of: "vic", at: bench.clock.now) }
        try await expectEnd("ada") {
            let user = try await people.user("ada")
            try await people.remove(user, at: bench.clock.now)
        }
    }

    @Test("Watching is not using: a page that is left open does not keep its person signed in")
    func idle() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "vic")
        for _ in 0..<29 {
            bench.clock.advance(by: .seconds(60))
            #expect(await browser.send("GET", Self.overview).status == 200)
        }
        bench.clock.advance(by: .seconds(61))
        #expect(await browser.send("GET", Self.overview).status == 204)
    }

    @Test("Other sites are refused, and nothing can be posted")
    func otherSites() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        for url in [Self.overview, Self.refusals] {
            for site in ["cross-site", "same-site"] {
                let shown = await browser.send("GET", url, headers: [("Sec-Fetch-Site", site)])
                #expect(shown.status == 403)
                #expect(shown.header("Access-Control-Allow-Origin") == nil)
            }
            #expect(await browser.send("GET", url, headers: [("Sec-Fetch-Site", "same-origin")]).status == 200)
            #expect(await browser.send("POST", url, form: []).status == 405)
        }
    }

    @Test("A store that does not answer is 503, and the script tries again")
    func unavailable() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "vic")
        await bench.store.close()
        let shown = await browser.send("GET", Self.overview)
        #expect(shown.status == 503)
        #expect(shown.header("Location") == nil)
    }

    @Test("Refusals that are new and fit the filters arrive as rows of the list")
    func arrivals() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "vic")
        record(bench, "AAAAAAAA")
        await bench.store.audit.flush()
        bench.clock.advance(by: .seconds(60))
        let hostile = "<img src=x onerror=alert(1)>\u{202E}"
        let page = await browser.open("/console/refusals?cause=expired")
        let found = try #require(page.html.firstMatch(of: /data-live="([^"]*)"/))
        let live = String(found.1).replacing("&amp;", with: "&")
        let (id, none) = try event(await browser.send("GET", live))
        #expect(rows(none).isEmpty)
        record(bench, "BBBBBBBB", client: hostile)
        record(bench, "CCCCCCCC", code: "replayed")
        await bench.store.audit.flush()
        bench.clock.advance(by: .seconds(1))
        let (_, data) = try event(await browser.send("GET", live, headers: [("Last-Event-ID", id)]))
        #expect(rows(data).map { $0.string("reference")?.text } == ["BBBBBBBB"])
        #expect(rows(data).first?.string("cause")?.text == "expired")
        let html = try #require(rows(data).first?.string("html")?.text)
        #expect(html.hasPrefix("<tr role=\"row\" id=\"refusal-BBBBBBBB\">"))
        #expect(!html.contains("<img") && !html.contains("\u{202E}"))
        let list = await browser.open("/console/refusals?cause=expired")
        #expect(list.html.contains(html))
        let (_, all) = try event(await browser.send("GET", Self.refusals, headers: [("Last-Event-ID", id)]))
        #expect(rows(all).count == 2)
    }

    @Test("An event has a limited number of refusals and goes back a limited time, whatever is asked for")
    func limits() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "vic")
        record(bench, "AAAAAAAA")
        await bench.store.audit.flush()
        bench.clock.advance(by: .seconds(700))
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        for number in 0..<40 { record(bench, "BBBBBB\(letters[number / 32])\(letters[number % 32])") }
        await bench.store.audit.flush()
        for from in ["1", "-9223372036854775808", "9223372036854775807", "x", "1.2.3"] {
            let (_, data) = try event(await browser.send("GET", "\(Self.refusals)?from=\(from)"))
            #expect(rows(data).count == LiveRefusals.maximum, "\(from)")
            #expect(data["has_more"] == .boolean(true))
        }
        bench.clock.advance(by: .seconds(6))
        let (_, data) = try event(await browser.send("GET", "\(Self.refusals)?from=\(bench.clock.now.seconds - 1)"))
        #expect(rows(data).count == LiveRefusals.maximum && data["has_more"] == .boolean(false))
        let old = await browser.open("/console/refusals?view=list&after=1.0.1")
        #expect(!old.html.contains("data-live"))
    }

    @Test("Filters that nobody else looks at are limited for each person and for all, and nothing is left out")
    func budget() async throws {
        let bench = try await ConsoleBench()
        let vic = try await bench.browser(signedInAs: "vic")
        let from = bench.clock.now.seconds
        var number = 0
        func isPaused(_ browser: Browser) async throws -> Bool {
            number += 1
            let shown = await browser.send("GET", "\(Self.refusals)?client=c\(number)&from=\(from)")
            #expect(shown.status == 200)
            guard shown.html.hasPrefix("retry: \(LiveBudget.pause)\n") else { return false }
            // The browser begins at the same place when it asks again.
            #expect(shown.html.contains("\nid: \(from)\ndata: {"))
            return true
        }
        for _ in 0..<LiveBudget.atOnce { #expect(try await !isPaused(vic)) }
        for _ in 0..<9 { #expect(try await isPaused(vic)) }
        // What is shared costs nothing, and others have their own share.
        #expect(await vic.send("GET", "\(Self.refusals)?client=c1&from=\(from)").html.hasPrefix("retry: 1000\n"))
        let ada = try await bench.browser(signedInAs: "ada")
        #expect(try await !isPaused(ada))
        bench.clock.advance(by: .seconds(1))
        for _ in 0..<LiveBudget.perSecond { #expect(try await !isPaused(vic)) }
        #expect(try await isPaused(vic))
    }

    @Test("All people together have a limit, of which one person alone does not take everything")
    func sharedBudget() {
        let budget = LiveBudget()
        let now = TestClock.start
        func taken(by name: String, at now: UnixTime) -> Int {
            (0..<100).count { _ in budget.take(for: UserID(name), at: now) }
        }
        #expect(["a", "b", "c", "d"].map { taken(by: $0, at: now) } == [20, 20, 0, 0])
        let later = now + .seconds(1)
        #expect(["a", "b", "c", "d"].map { taken(by: $0, at: later) } == [5, 5, 10, 0])
    }
}

@Suite("Values that are made once a second")
struct PerSecondTests {
    private final class Counter: Sendable {
        private let count = Mutex(0)

        var value: Int { count.withLock(\.self) }

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    @Test("Ten who ask at any times, over many seconds, cause one value each second")
    func shared() async throws {
        let (values, made) = (PerSecond<Int>(), Counter())
        for tick in 0..<100 {
            // Some have read the clock a little before the others.
            let now = TestClock.start + .milliseconds(tick * 100 - tick % 3 * 40)
            #expect(try await values.value("a", at: now) { made.next() } != nil)
        }
        #expect(made.value <= 10)
    }

    @Test("Those who ask while the value is made wait for it, however long that takes")
    func flight() async throws {
        let (values, made) = (PerSecond<Int>(), Counter())
        let (started, start) = AsyncStream<Void>.makeStream()
        let (gate, open) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await values.value("a", at: TestClock.start) {
                start.finish()
                for await _ in gate {}
                return made.next()
            }
        }
        for await _ in started {}
        let second = Task { try await values.value("a", at: TestClock.start + .seconds(9)) { made.next() } }
        open.finish()
        #expect(try await [first.value, second.value] == [1, 1])
    }

    @Test("So many values are kept, and no more are made; a failure is shared like a value")
    func limits() async throws {
        let values = PerSecond<Int>()
        let now = TestClock.start
        for number in 0..<PerSecond<Int>.capacity {
            #expect(try await values.value("\(number)", at: now) { number } == number)
        }
        #expect(try await values.value("more", at: now) { 1 } == nil)
        #expect(try await values.value("7", at: now) { 1 } == 7)
        let later = now + .seconds(1)
        #expect(try await values.value("more", at: later, mayMake: { false }) { 1 } == nil)
        await #expect(throws: StoreError.changed) {
            try await values.value("more", at: later) { throw StoreError.changed }
        }
        await #expect(throws: StoreError.changed) { try await values.value("more", at: later) { 1 } }
        // The clock was set back.
        #expect(try await values.value("more", at: now - .seconds(3600)) { 2 } == 2)
    }
}
