import Administration
import Pages
import TestSupport
import Testing

@testable import Console

/// A page that changes nothing but a counter, for the checks that all pages share.
struct SamplePage: ConsolePage {
    let path = "/sample/{name}"
    let takesForms = true
    var isSensitive = false
    var keepsForm = false
    let acts = Acts()
    let notices = ["done": "It is done."]

    final actor Acts {
        private(set) var count = 0
        private(set) var actors: [Actor] = []
        func add(_ actor: Actor) {
            count += 1
            actors.append(actor)
        }
    }

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let name = try visit.parameter("name")
        switch name {
        case "missing": throw ClientFailure.noClient("<script>missing")
        case "broken": throw StoreError.unavailable("the disk is full")
        case "strange": throw CancellationError()
        case "conflict": throw StoreError.conflict("A thing")
        case "invalid": throw StoreError.invalid("It is empty")
        case "damaged": throw StoreError.corrupt("a record")
        case "changed": throw StoreError.changed
        case "reserved": throw ClientFailure.reservedScope("admin.write", "x")
        case "unsigned":
            throw ClientFailure.noSigningKey(SignedResponse.Choice(.userInfo, .ps256), [.rs256])
        default: return FailurePage(failure: .notFound(name), path: "/x", home: "/y")
        }
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        if try visit.parameter("name") == "full" { throw StoreError.unavailable(StoreError.fullDisk) }
        await acts.add(visit.person.actor)
        return .redirect(to: "/sample/x", notice: "done")
    }
}

@Suite("The frame of the console's pages", .timeLimit(.minutes(5)))
struct FrameTests {
    private func bench(_ page: SamplePage) async throws -> ConsoleBench {
        try await ConsoleBench(pages: [page])
    }

    @Test("No page can be framed, run a script of another place, or be kept by a cache")
    func headers() async throws {
        let bench = try await bench(SamplePage())
        let browser = try await bench.browser(signedInAs: "ada")
        let link = "/console/setup?key=x"
        for url in ["/console", "/console/sample/x", "/console/sample/broken", link, "/console/callback?x"] {
            // The answer to no sign-in leads a person who is signed in to the first page.
            let browser = url.contains("callback") ? Browser(bench) : browser
            let shown = await browser.send("GET", url)
            let policy = try #require(shown.header("Content-Security-Policy"), "\(url)")
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(shown.header("X-Frame-Options") == "DENY")
            #expect(shown.header("Cache-Control") == "no-store")
            #expect(shown.header("X-Content-Type-Options") == "nosniff")
            #expect(shown.header("Cross-Origin-Opener-Policy") == "same-origin")
            #expect(shown.header("Permissions-Policy")?.contains("camera=()") == true)
            #expect(shown.header("Referrer-Policy") == "same-origin")
            #expect(!shown.html.contains("style=") && !shown.html.contains("<style"))
            // A script is the console's own, of an address without anything of the page.
            #expect(!shown.hasOtherScript)
            #expect(shown.response.body.count < 50_000)
        }
    }

    @Test(
        "What cannot be stored is said in words, and is not a failure of the server",
        arguments: [
            ("conflict", 409, "A thing already exists."), ("invalid", 409, "It is empty."), ("damaged", 500, "damaged"),
            ("reserved", 409, "admin.write"), ("unsigned", 409, "PS256"), ("changed", 409, "Changed meanwhile"),
        ])
    func storeFaults(_ name: String, _ status: Int, _ words: String) async throws {
        let bench = try await bench(SamplePage())
        let shown = try await bench.browser(signedInAs: "ada").open("/console/sample/\(name)")
        #expect(shown.status == status && shown.html.contains(words))
        #expect(!shown.html.contains("store does not answer"))
    }

    @Test(
        "A path without a page is answered by a page: in the frame for people who are signed in, and without it for others"
    )
    func unknown() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        for path in ["/console/nothing", "/console/clients/x/y/z/w", "/console/<script>"] {
            let shown = await browser.open(path)
            #expect(
                shown.status == 404 && shown.html.contains("Not found") && shown.html.contains("aria-label=\"Console\"")
            )
            #expect(!shown.hasOtherScript)
            let stranger = await Browser(bench).send("GET", path)
            #expect(stranger.status == 404 && stranger.html.contains("Not found"))
            #expect(stranger.header("Content-Security-Policy") != nil && !stranger.html.contains("ada"))
        }
        #expect(await Browser(bench).send("POST", "/console/nothing").status == 404)
        #expect(await browser.send("GET", "/console/assets/none.css").status == 404)
    }

    @Test("A form is accepted once it has the field of the page")
    func accepted() async throws {
        let page = SamplePage()
        let bench = try await bench(page)
        let browser = try await bench.browser(signedInAs: "ada")
        let shown = await browser.open("/console/sample/x")
        let field = shown.hidden("/console/sign-out")
        let answer = await browser.send("POST", "/console/sample/x", form: field)
        #expect(answer.status == 303)
        #expect(await page.acts.count == 1)
        let user = try #require(try await bench.store.users.user(named: "ada"))
        #expect(await page.acts.actors == [.person(user.id, name: "ada", through: .console)])
        let next = await browser.follow(answer)
        #expect(next.html.contains("role=\"status\"") && next.html.contains("It is done."))
        #expect(await !browser.open("/console/sample/x?notice=owned").html.contains("role=\"status\""))
    }

    @Test("A form without the field, or with that of another sign-in, does nothing: cross-site request forgery")
    func forged() async throws {
        let page = SamplePage()
        let bench = try await bench(page)
        let browser = try await bench.browser(signedInAs: "ada")
        let field = await browser.open("/console/sample/x").hidden("/console/sign-out")
        let attacker = try await bench.browser(signedInAs: "vic")
        let theirs = await attacker.open("/console/sample/x").hidden("/console/sign-out")
        let url = "/console/sample/x"
        var shown = await browser.send("POST", url, form: [])
        #expect(shown.status == 403)
        for form in [theirs, [(name: "form_key", value: "AAAA")], [(name: "form_key", value: field[0].value + "x")]] {
            shown = await browser.send("POST", url, form: form)
            #expect(shown.status == 403)
            #expect(shown.html.contains("Nothing has been changed"))
        }
        for header in [
            ("Origin", "https://evil.example"), ("Origin", "null"), ("Origin", "http://as.example"),
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
        ] {
            #expect(await browser.send("POST", url, form: field, headers: [header]).status == 403)
        }
        // The field from before a sign-out of the same person in the same browser.
        _ = await browser.post(await browser.open("/console"), "/sign-out")
        _ = try await browser.signIn(as: "ada")
        #expect(await browser.send("POST", url, form: field).status == 403)
        #expect(await Browser(bench).send("POST", url, form: field).status == 403)
        #expect(await page.acts.count == 0)
    }

    @Test(
        "A form that the store cannot take is offered once more as it was sent, if its page may show it",
        arguments: [true, false])
    func kept(_ keepsForm: Bool) async throws {
        var page = SamplePage()
        page.keepsForm = keepsForm
        let bench = try await bench(page)
        let browser = try await bench.browser(signedInAs: "ada")
        let url = "/console/sample/full"
        let field = await browser.open("/console/sample/x").hidden("/console/sign-out")
        let answer = await browser.send("POST", url, form: field + [(name: "words", value: "<b>\"7\"&\r\nx")])
        #expect(answer.status == 503 && answer.html.contains("Nothing has been changed"))
        #expect(answer.html.contains("The disk is full") && answer.html.contains("the server’s disk is full"))
        #expect(answer.html.contains("what you typed is kept") == keepsForm)
        let again = answer.hidden("https://as.example" + url)
        #expect(again.map(\.name) == (keepsForm ? ["form_key", "words"] : []))
        if keepsForm { #expect(again[1].value.hasPrefix("&lt;b&gt;&quot;7&quot;&amp;")) }
        // More than a page should have.
        let long = await browser.send(
            "POST", url, form: field + [(name: "words", value: String(repeating: "x", count: 25_000))])
        #expect(long.status == 503 && !long.html.contains("xxxx") && !long.html.contains("is kept"))
    }

    @Test("Every page marks its entry in the navigation")
    func navigation() {
        for page in Console.pages {
            let path = page.path.replacing(/\{\w+\}/, with: "x")
            let entries = Navigation.context(at: path, below: "/console").flatMap {
                $0["entries"] as? [[String: String]] ?? []
            }
            // A form is confirmed from any page.
            let expected = path == ConfirmationPage.location ? 0 : 1
            #expect(entries.count { $0["current"] != nil } == expected, "\(path)")
        }
    }

    @Test("A viewer sees the page, and a form of theirs does nothing")
    func viewer() async throws {
        let page = SamplePage()
        let bench = try await bench(page)
        let browser = try await bench.browser(signedInAs: "vic")
        let shown = await browser.open("/console/sample/x")
        let answer = await browser.send("POST", "/console/sample/x", form: shown.hidden("/console/sign-out"))
        #expect(answer.status == 403)
        #expect(answer.title.hasPrefix("Only administrators can do this"))
        #expect(await page.acts.count == 0)
    }

    @Test("Something sensitive needs a sign-in of the last minutes, and changes nothing before")
    func recent() async throws {
        var page = SamplePage()
        page.isSensitive = true
        let bench = try await bench(page)
        let browser = try await bench.browser(signedInAs: "ada")
        let url = "/console/sample/x"
        let field = await browser.open(url).hidden("/console/sign-out")
        bench.clock.advance(by: SignInFlow.recentAge - .seconds(1))
        #expect(await browser.send("GET", url).status == 200)
        // There is time to fill in the form, but a page is not opened for its last minutes.
        bench.clock.advance(by: .seconds(1))
        #expect(await browser.send("GET", url).status == 303)
        bench.clock.advance(by: Operator.recentLimit - SignInFlow.recentAge)
        let stale = await browser.send("POST", url, form: field)
        #expect(stale.status == 403)
        #expect(stale.title.hasPrefix("Sign in again to go on"))
        #expect(!stale.html.contains("kept"))
        #expect(stale.html.contains("href=\"https://as.example/console/sample/x\""))
        #expect(await page.acts.count == 0)
        // The page leads through the sign-in and back to itself.
        let form = await browser.open(url)
        #expect(form.html.contains("action=\"/oauth2/authorize/sign-in\""))
        let back = try await browser.signIn(as: "ada", at: "/sample/x")
        #expect(back.url == "https://as.example/console/sample/x")
        #expect(await browser.send("POST", url, form: back.hidden("/console/sign-out")).status == 303)
        #expect(await page.acts.count == 1)
        // Other pages need no such thing.
        bench.clock.advance(by: .seconds(1200))
        #expect(await browser.send("GET", "/console").status == 200)
        // A viewer is not asked for a password in vain.
        #expect(try await bench.browser(signedInAs: "vic").send("GET", url).status == 403)
    }

    @Test("What is missing, broken or unexpected is said in the frame, with the right status")
    func failures() async throws {
        let bench = try await bench(SamplePage())
        let browser = try await bench.browser(signedInAs: "ada")
        for (name, status) in [("missing", 404), ("broken", 503), ("strange", 500), ("%00", 404), ("%FF", 404)] {
            let shown = await browser.send("GET", "/console/sample/" + name)
            #expect(shown.status == status, "\(name)")
            #expect(!shown.html.contains("<script>"))
        }
        #expect(await browser.send("POST", "/console", form: []).status == 405)
        #expect(await browser.send("GET", "/console/nothing").status == 404)
    }

    @Test("A hostile name of the person is text")
    func hostile() async throws {
        let bench = try await bench(SamplePage())
        let browser = try await bench.browser(signedInAs: "ada")
        try await bench.change("ada") { $0.claims.set("name", "\"><script>alert(1)</script>\u{202E}") }
        let html = await browser.open("/console").html
        #expect(html.contains("&lt;script&gt;alert(1)"))
        #expect(!html.contains("<script>") && !html.contains("\u{202E}"))
    }

    @Test("Times are short, and exact in the markup")
    func times() {
        let now = UnixTime(seconds: 1_795_703_528)  // 2026-11-26T14:32:08Z
        #expect(ShownTime.text(now - .seconds(8), at: now) == "14:32:00")
        #expect(ShownTime.text(now - .seconds(86_400), at: now) == "25 Nov, 14:32")
        #expect(ShownTime.text(now - .seconds(400 * 86_400), at: now) == "22 Oct 2025")
        #expect(ShownTime.distance(now + .seconds(3 * 86_400), at: now) == "in 3 days")
        #expect(ShownTime.distance(now - .seconds(61), at: now) == "1 minute ago")
        for (seconds, words) in [(0, "just now"), (59, "just now"), (60, "1 minute ago"), (-5, "just now")] {
            #expect(ShownTime.ago(now - .seconds(seconds), at: now) == words, "\(seconds)")
        }
        #expect(ShownTime.distance(now, at: now) == "in less than a minute")
    }

    @Test("Stylesheets can be kept for good under an address that changes with them")
    func assets() async throws {
        let bench = try await bench(SamplePage())
        let browser = try await bench.browser(signedInAs: "ada")
        let html = await browser.open("/console").html
        for match in html.matches(of: /(?:href)="(\/console\/assets\/[^"]*)"/) {
            let shown = await browser.send("GET", String(match.1))
            #expect(shown.status == 200)
            #expect(shown.header("Cache-Control") == "public, max-age=31536000, immutable")
            let tag = try #require(shown.header("ETag"))
            let again = await browser.send("GET", "/console/assets/console.css", headers: [("If-None-Match", tag)])
            #expect([200, 304].contains(again.status))
        }
        let tag = try #require(await browser.send("GET", "/console/assets/console.css").header("ETag"))
        #expect(
            await browser.send("GET", "/console/assets/console.css", headers: [("If-None-Match", "\"x\", " + tag)])
                .status
                == 304)
        #expect(await browser.send("GET", "/console/assets/..%2Fx").status == 404)
    }
}
