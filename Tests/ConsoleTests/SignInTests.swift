import Administration
import Pages
import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("Signing in to the console", .timeLimit(.minutes(5)))
struct SignInTests {
    @Test("An administrator and a viewer come back to the page that they asked for", arguments: ["ada", "vic"])
    func signIn(_ name: String) async throws {
        let bench = try await ConsoleBench()
        let browser = Browser(bench)
        let shown = try await browser.signIn(as: name, at: "?x=1")
        #expect(shown.status == 200)
        #expect(shown.url == "https://as.example/console?x=1")
        #expect(shown.title == "Overview · Countersign")
        #expect(shown.html.contains(name == "ada" ? "Administrator" : "Viewer"))
        // The store has no such client, and no list shows it.
        #expect(try await bench.store.clients.registration(of: .console) == nil)
        #expect(try await bench.store.clients.page(after: nil, limit: 10).isEmpty)
    }

    @Test("A person in neither group is told so, and whom to ask")
    func noGroup() async throws {
        let bench = try await ConsoleBench()
        let browser = Browser(bench)
        let shown = try await browser.signIn(as: "eve")
        #expect(shown.status == 403)
        #expect(shown.html.contains("countersign user edit eve --group staff --group viewer"))
        try await bench.change("eve") { $0.groups.append("viewer") }
        #expect(await browser.open("/console").status == 200)
        try await bench.change("eve") { $0.groups = ["Admin", "administrators"] }
        #expect(await browser.open("/console").status == 403)
    }

    @Test("A console with an address of its own signs people in at the server")
    func ownAddress() async throws {
        let bench = try await ConsoleBench(address: "https://admin.example")
        let browser = Browser(bench)
        let shown = try await browser.signIn(as: "ada", at: "/?x=1")
        #expect(shown.status == 200)
        #expect(shown.url == "https://admin.example/?x=1")
        #expect(browser.cookies["admin.example"]?["__Host-countersign-console"] != nil)
        #expect(browser.cookies["as.example"]?.keys.contains { $0.contains("console") } == false)
    }

    @Test(
        "A person comes back to a long address, and from one that does not fit the cookie to the first page",
        arguments: [(480, "a", true), (100, "&", true), (600, "a", false), (150, "&", false), (40, "é", true)])
    func longPlace(_ length: Int, _ letter: String, _ isKept: Bool) async throws {
        let bench = try await ConsoleBench()
        let place = "/refusals?" + FormWriter.encoded([("client", String(repeating: letter, count: length))])
        let browser = Browser(bench)
        let shown = try await browser.signIn(as: "ada", at: place)
        #expect(shown.status == 200 && shown.url == "https://as.example/console" + (isKept ? place : ""))
        let cookie = await Browser(bench).send("GET", "/console" + place).header("Set-Cookie")
        #expect((1...1200).contains(try #require(cookie).utf8.count))
    }

    @Test("Nobody can register a client with the console's identifier")
    func reserved() async throws {
        let bench = try await ConsoleBench()
        let record = ClientRecord(id: .console, name: "Impostor", createdAt: bench.clock.now)
        await #expect(throws: StoreError.self) { try await bench.store.clients.add(record, keys: []) }
    }

    @Test("An answer that this browser did not ask for signs nobody in: login CSRF")
    func loginCSRF() async throws {
        let bench = try await ConsoleBench()
        // The attacker stops at the answer of the server.
        let attacker = Browser(bench)
        let page = await attacker.open("/console")
        let action = "/oauth2/authorize/sign-in"
        let signedIn = await attacker.send(
            "POST", action,
            form: page.hidden(action) + [
                (name: "user", value: "vic"), (name: "password", value: ConsoleBench.password),
            ])
        let answered = await attacker.send("GET", try #require(signedIn.header("Location")))
        let callback = try #require(answered.header("Location"))
        #expect(callback.hasPrefix("https://as.example/console/callback?"))
        // The victim has begun a sign-in of their own, or none.
        for victim in [Browser(bench), Browser(bench)] {
            _ = await victim.send("GET", "/console")
            let shown = await victim.send("GET", callback)
            #expect(shown.status == 400)
            #expect(
                victim.cookies["as.example"]?.keys.contains {
                    $0.hasPrefix("__Host-countersign-console-") && !$0.contains("sign-in")
                } != true)
        }
        // The state may be guessed or left out: nothing comes of it.
        for query in ["", "code=x", "code=x&state=y", "error=access_denied&state=z"] {
            #expect(await Browser(bench).send("GET", "/console/callback?" + query).status == 400)
        }
        // The attacker's own browser goes on, once.
        #expect(await attacker.open(callback).status == 200)
        #expect(await attacker.copy().send("GET", callback).header("Location") == "https://as.example/console")
    }

    @Test("A sign-in gives a new cookie and ends the old one: session fixation")
    func fixation() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "vic")
        let planted = browser.copy()
        let shown = await browser.open("/console/sign-in?account=other")
        let action = "/oauth2/authorize/sign-in"
        _ = await browser.follow(
            await browser.send(
                "POST", action,
                form: shown.hidden(action) + [
                    (name: "user", value: "ada"), (name: "password", value: ConsoleBench.password),
                ]))
        #expect(await browser.open("/console").html.contains("Administrator"))
        // The copy is signed out: neither its cookie of the console nor that of the server is good for anything.
        #expect(await planted.open("/console").html.contains("action=\"/oauth2/authorize/sign-in\""))
    }

    @Test("After the sign-out a stolen cookie is worthless")
    func theft() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let thief = browser.copy()
        #expect(await thief.send("GET", "/console").status == 200)
        let page = await browser.open("/console")
        let out = await browser.post(page, "/sign-out")
        #expect(out.status == 200)
        #expect(out.title.hasPrefix("You are signed out of the console"))
        #expect(out.html.contains("https://as.example/oauth2/logout"))
        #expect(await thief.send("GET", "/console").status == 303)
    }

    @Test("A sign-out of another site is not accepted")
    func forgedSignOut() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        _ = await browser.send("POST", "/console/sign-out", form: [])
        _ = await browser.send("GET", "/console/sign-out")
        #expect(await browser.send("GET", "/console").status == 200)
    }

    @Test(
        "What ends at the server ends the console at once",
        arguments: ["session", "access", "password", "disabled", "removed", "group"])
    func ending(_ what: String) async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let user = try #require(try await bench.store.users.user(named: "ada"))
        let now = bench.clock.now
        switch what {
        case "session":
            for session in try await bench.store.sessions.sessions(of: user.id) {
                _ = try await bench.store.sessions.remove(session.id, of: user.id, at: now)
            }
        case "access": _ = try await bench.store.consents.withdraw(of: user.id, from: .console, at: now)
        case "password": try await bench.store.users.setPassword(hash: nil, of: user.id, at: now)
        case "disabled": try await bench.change("ada") { $0.isEnabled = false }
        case "removed": try await bench.store.users.remove(user.id, at: now)
        default: try await bench.change("ada") { $0.groups = [] }
        }
        let shown = await browser.send("GET", "/console")
        #expect(shown.status == (what == "group" ? 403 : 303))
    }

    @Test("Without use the console asks for the password after half an hour, and after eight hours in any case")
    func limits() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        bench.clock.advance(by: ConsoleSessions.idleLimit - .seconds(1))
        #expect(await browser.send("GET", "/console").status == 200)
        bench.clock.advance(by: ConsoleSessions.idleLimit)
        // The session of the browser goes on, and does not open the console by itself.
        #expect(await browser.open("/console").html.contains("action=\"/oauth2/authorize/sign-in\""))
        let used = try await bench.browser(signedInAs: "ada")
        for _ in 0..<24 {
            bench.clock.advance(by: .seconds(1190))
            // As a running server does in the background: the console is a use of the session.
            await bench.sessions.writeUses()
            #expect(await used.send("GET", "/console").status == 200)
        }
        bench.clock.advance(by: .seconds(300))
        #expect(await used.send("GET", "/console").status == 303)
    }

    @Test("Cookies of another purpose, issuer or console are not accepted")
    func otherCookies() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let cookies = try #require(browser.cookies["as.example"])
        let name = try #require(
            cookies.keys.first { $0.hasPrefix("__Host-countersign-console-") && !$0.contains("sign-in") })
        func status(_ value: String) async -> Int {
            await Browser(bench, cookies: ["as.example": [name: value]]).send("GET", "/console").status
        }
        #expect(await status(try #require(cookies[name])) == 200)
        // A cookie of a sign-in that has begun, sealed with the same key.
        let begun = Browser(bench)
        _ = await begun.send("GET", "/console")
        for value in try #require(begun.cookies["as.example"]).values { #expect(await status(value) == 303) }
        for value in cookies.values where value != cookies[name] { #expect(await status(value) == 303) }
        let grant = [UInt8](repeating: 7, count: 8 + 2 * AuthorizationGrantRecord.idLength)
        for (purpose, issuer) in [
            (TicketSeal.Purpose.console, "https://as.example"), (.console, "https://other.example/console"),
            (.consoleSignIn, "https://as.example/console"), (.authorization, "https://as.example/console"),
        ] {
            let seal = TicketSeal(purpose, issuer: issuer, keys: bench.keys.sealing)
            #expect(await status(try #require(seal.seal(grant))) == 303)
        }
        // The code and the grant of another client.
        let user = try #require(try await bench.store.users.user(named: "ada"))
        let session = try #require(try await bench.store.sessions.sessions(of: user.id).first)
        let other = AuthorizationGrantRecord(
            user: user.id, client: "other", scopes: ["openid"], session: session.id, authenticatedAt: bench.clock.now,
            createdAt: bench.clock.now)
        try await bench.store.grants.add(
            other,
            code: AuthorizationCodeRecord(digest: [1], redirectURI: "https://x.example", expiresAt: bench.clock.now))
        var contents: [UInt8] = []
        contents.append(bigEndian: bench.clock.now.milliseconds)
        let seal = TicketSeal(.console, issuer: "https://as.example/console", keys: bench.keys.sealing)
        #expect(await status(try #require(seal.seal(contents + other.id + other.id))) == 303)
    }
}
