import Administration
import Pages
import TestSupport
import Testing

@testable import Console

@Suite("A form that is kept while its sender signs in again", .timeLimit(.minutes(5)))
struct KeptFormTests {
    private static let url = "/console/sample/x"
    private static let action = "https://as.example" + url
    private static let typed = "words-that-were-typed"

    /// Why the sign-in is not enough.
    enum Age: CaseIterable {
        case old, ended

        var duration: Duration { self == .old ? Operator.recentLimit : ConsoleSessions.idleLimit }
    }

    /// A page with a form, and the browser of an administrator, whose key it has.
    private struct Table {
        let bench: ConsoleBench
        let page: SamplePage
        let browser: Browser
        let key: [(name: String, value: String)]

        init(keepsForm: Bool = true, name: String = "ada") async throws {
            var page = SamplePage()
            page.isSensitive = true
            page.keepsForm = keepsForm
            self.page = page
            bench = try await ConsoleBench(
                pages: [page], people: [("ada", ["admin"]), ("bea", ["admin"]), ("vic", ["viewer"])])
            browser = try await bench.browser(signedInAs: name)
            key = await browser.open("/console").hidden("/console/sign-out")
        }

        /// Sends what was typed after a time.
        func send(after age: Age, key other: [(name: String, value: String)]? = nil) async -> Browser.Shown {
            bench.clock.advance(by: age.duration)
            return await browser.send("POST", KeptFormTests.url, form: (other ?? key) + KeptFormTests.words)
        }

        func kept(after age: Age) async -> [(name: String, value: String)] {
            await send(after: age).hidden(KeptFormTests.action)
        }
    }

    private static let words = [(name: "words", value: typed), (name: "more", value: "1")]

    @Test("The same person confirms who they are in another tab, and sends it with one press", arguments: Age.allCases)
    func confirmed(_ age: Age) async throws {
        let table = try await Table()
        let browser = table.browser
        let shown = await table.send(after: age)
        #expect(shown.status == 403 && shown.header("Location") == nil)
        #expect(shown.html.contains("Confirm that it is you; what you typed is kept on this page."))
        #expect(shown.html.contains("Nothing has been changed"))
        #expect(
            shown.html.contains(
                "href=\"https://as.example/console/confirmation\" target=\"_blank\" rel=\"noopener\""))
        #expect(!shown.hasOtherScript && shown.header("Cache-Control") == "no-store")
        var kept = shown.hidden(Self.action)
        #expect(kept.map(\.name) == ["form_key", "kept_until", "words", "more"])
        #expect(kept[2].value == Self.typed)
        // Without the confirmation it is kept once more.
        let again = await browser.send("POST", Self.url, form: kept)
        kept = again.hidden(Self.action)
        #expect(kept.map(\.value) == shown.hidden(Self.action).map(\.value))
        #expect(again.status == 403 && kept.map(\.name) == ["form_key", "kept_until", "words", "more"])
        #expect(await table.page.acts.count == 0)
        let asked = await browser.open("/console/confirmation")
        #expect(asked.html.contains("action=\"/oauth2/authorize/sign-in\""))
        let confirmed = try await browser.signIn(as: "ada", at: "/confirmation")
        #expect(confirmed.status == 200 && confirmed.title.hasPrefix("You have confirmed that it is you"))
        #expect(confirmed.html.contains("You are signed in as ada") && confirmed.html.contains("role=\"status\""))
        #expect(await browser.send("POST", Self.url, form: kept).status == 303)
        #expect(await table.page.acts.count == 1)
    }

    @Test(
        "A form with a wrong key, or none, is refused and not shown: cross-site request forgery",
        arguments: Age.allCases)
    func forged(_ age: Age) async throws {
        let table = try await Table()
        let attacker = try await table.bench.browser(signedInAs: "bea")
        let theirs = await attacker.open("/console").hidden("/console/sign-out")
        table.bench.clock.advance(by: age.duration)
        let keptByOther = await attacker.send("POST", Self.url, form: theirs + Self.words).hidden(Self.action)
        #expect(keptByOther.count == 4)
        let deadline = (name: "kept_until", value: "9999999999999")
        let keys: [[(name: String, value: String)]] = [
            [], theirs, Array(keptByOther.dropLast(2)), [(name: "form_key", value: "AAAA")], [deadline],
            table.key + [deadline],
        ]
        for key in keys {
            let shown = await table.browser.send("POST", Self.url, form: key + Self.words)
            #expect(shown.status == 403 && !shown.html.contains(Self.typed) && shown.hidden(Self.action).isEmpty)
        }
        let form = table.key + Self.words
        for header in [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")] {
            let shown = await table.browser.send("POST", Self.url, form: form, headers: [header])
            #expect(shown.status == 403 && !shown.html.contains(Self.typed))
        }
        // Another browser, without the cookies.
        #expect(await !Browser(table.bench).send("POST", Self.url, form: form).html.contains(Self.typed))
        #expect(await table.page.acts.count == 0)
    }

    @Test("Another person who has signed in meanwhile cannot send it, and does not see it", arguments: Age.allCases)
    func another(_ age: Age) async throws {
        let table = try await Table()
        let kept = await table.kept(after: age)
        #expect(kept.count == 4)
        _ = await table.browser.post(await table.browser.open("/console"), "/sign-out")
        let confirmed = try await table.browser.signIn(as: "bea", at: "/sign-in?account=other")
        #expect(confirmed.html.contains("<bdi>bea</bdi>"))
        for form in [kept, table.key + Self.words] {
            let shown = await table.browser.send("POST", Self.url, form: form)
            #expect(shown.status == 403 && !shown.html.contains(Self.typed) && shown.hidden(Self.action).isEmpty)
        }
        #expect(await table.page.acts.count == 0)
    }

    @Test("Its key is good for one page, one browser and an hour, and not for forms that are never kept")
    func limits() async throws {
        let table = try await Table()
        let kept = await table.kept(after: .old)
        _ = try await table.browser.signIn(as: "ada", at: "/confirmation")
        var longer = kept
        longer[1].value += "0"
        for (url, form) in [("/console/sample/y", kept), (Self.url, longer), ("/console/sign-out", kept)] {
            #expect(await table.browser.send("POST", url, form: form).status == 403, "\(url)")
        }
        let other = try await table.bench.browser(signedInAs: "ada")
        #expect(await other.send("POST", Self.url, form: kept).status == 403)
        table.bench.clock.advance(by: KeptForm.lifetime)
        _ = try await table.browser.signIn(as: "ada", at: "/confirmation")
        let late = await table.browser.send("POST", Self.url, form: kept)
        #expect(late.status == 403 && !late.html.contains(Self.typed))
        #expect(await table.page.acts.count == 0)
    }

    @Test("A page that does not keep forms shows nothing of them, nor does one of somebody who may not send them")
    func notKept() async throws {
        for age in Age.allCases {
            let table = try await Table(keepsForm: false)
            let shown = await table.send(after: age)
            #expect(shown.status == 403 && !shown.html.contains(Self.typed) && !shown.html.contains("is kept"))
            let viewer = try await Table(name: "vic")
            #expect(await !viewer.send(after: age).html.contains(Self.typed))
        }
        let table = try await Table()
        table.bench.clock.advance(by: ConsoleSessions.idleLimit)
        let long = table.key + [(name: "words", value: String(repeating: "x", count: KeptForm.maximumLength))]
        #expect(await !table.browser.send("POST", Self.url, form: long).html.contains("xxxx"))
    }

    @Test(
        "After a sign-out, the end of the access, or when the person is disabled, nothing is kept",
        arguments: ["sign-out", "access", "disabled"])
    func ended(_ what: String) async throws {
        let table = try await Table()
        let user = try #require(try await table.bench.store.users.user(named: "ada"))
        let stale = table.browser.copy()
        switch what {
        case "sign-out": _ = await table.browser.post(await table.browser.open("/console"), "/sign-out")
        case "access":
            _ = try await table.bench.store.consents.withdraw(of: user.id, from: .console, at: table.bench.clock.now)
        default: try await table.bench.change("ada") { $0.isEnabled = false }
        }
        let shown = await stale.send("POST", Self.url, form: table.key + Self.words)
        #expect(shown.status == 403 && !shown.html.contains(Self.typed))
        #expect(shown.html.contains("Sign in again and repeat what you did."))
    }

    @Test("A kept form makes what it makes once, however often it is sent and kept")
    func once() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let url = "/console/register-client"
        let form = await browser.open(url).hidden(url)
        let fields = [
            (name: "client_name", value: "Parcels"), (name: "grant_client_credentials", value: "yes"),
            (name: "scope", value: "parcels.read"), (name: "token_endpoint_auth_method", value: "private_key_jwt"),
            (name: "access_token_format", value: "jwt"), (name: "subject_type", value: "public"),
        ]
        bench.clock.advance(by: Operator.recentLimit)
        let kept = await browser.send("POST", url, form: form + fields).hidden("https://as.example" + url)
        bench.clock.advance(by: ConsoleSessions.idleLimit)
        let later = await browser.send("POST", url, form: kept).hidden("https://as.example" + url)
        #expect(kept.count == 9 && kept.map(\.value) == later.map(\.value))
        _ = try await browser.signIn(as: "ada", at: "/confirmation")
        #expect(await browser.send("POST", url, form: kept).status == 303)
        let again = await browser.send("POST", url, form: later)
        #expect(again.status == 409 && again.title.contains("Made already"))
    }

    @Test("No page that keeps its form has a password or a file, and a new password is not shown")
    func secrets() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let ada = try #require(try await bench.store.users.user(named: "ada"))
        for page in Console.pages where page.keepsForm {
            #expect(page.takesForms && !page.takesFiles)
            let shown = await browser.open("/console" + page.path.replacing("{person}", with: ada.id.text))
            #expect(shown.status == (page.path.hasSuffix("}/edit") && !page.path.contains("person") ? 404 : 200))
            for kind in ["password", "file"] { #expect(!shown.html.contains("type=\"\(kind)\""), "\(page.path)") }
        }
        let form = await browser.open("/console/add-person").hidden("/console/add-person")
        bench.clock.advance(by: Operator.recentLimit)
        let fields = [(name: "user_name", value: "bob"), (name: "password", value: Self.typed)]
        let shown = await browser.send("POST", "/console/add-person", form: form + fields)
        #expect(shown.status == 403 && !shown.html.contains(Self.typed))
    }
}
