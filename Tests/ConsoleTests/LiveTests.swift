import Administration
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
        }
        let old = await browser.open("/console/refusals?view=list&after=1.0.1")
        #expect(!old.html.contains("data-live"))
    }
}
