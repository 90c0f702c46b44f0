import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("When the console signs a person out", .timeLimit(.minutes(5)))
struct SignInEndTests {
    private static let url = "/console/sign-in-end"

    private func seconds(_ duration: Duration) -> Int64 { duration.milliseconds / 1000 }

    /// The answer to the script of a page.
    private func answer(_ browser: Browser, query: String = "") async throws -> (left: Int64, canWait: Bool) {
        let shown = await browser.send("GET", Self.url + query)
        #expect(shown.status == 200 && shown.header("Cache-Control") == "no-store")
        #expect(shown.response.contentType == "application/json")
        let found = try #require(
            shown.html.firstMatch(of: /"left":(\d+),"at":"\d\d:\d\d:\d\d","can_wait":(true|false)/), "\(shown.html)")
        return (try #require(Int64(found.1)), found.2 == "true")
    }

    @Test("WCAG 2.2.1: a page knows when, asking is not a use, and the button is one, in all tabs of the browser")
    func uses() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "vic")
        let limit = seconds(ConsoleSessions.idleLimit)
        let page = await browser.open("/console/clients")
        #expect(page.html.contains("data-end=\"\(Self.url)\" data-left=\"\(limit)\""))
        bench.clock.advance(by: ConsoleSessions.idleLimit - .seconds(100))
        for query in ["", "?use=false", "?use", "?use=true&x"] {
            let (left, canWait) = try await answer(browser, query: query)
            #expect(left == 100 && canWait, "\(query)")
        }
        #expect(await browser.send("HEAD", Self.url).header("Set-Cookie") == nil)
        _ = await browser.send("GET", "/console/live/overview?period=hour")
        #expect(try await answer(browser).left == 100)
        #expect(try await answer(browser, query: "?use=true").left == limit)
        #expect(try await answer(browser).left == limit)
        // Another page.
        bench.clock.advance(by: .seconds(120))
        #expect(try await answer(browser).left == limit - 120)
        _ = await browser.open("/console/refusals")
        #expect(try await answer(browser).left == limit)
    }

    @Test("What it says is so: until then the person is signed in, and then not")
    func exact() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        let left = try await answer(browser).left
        bench.clock.advance(by: Duration.seconds(left) - .milliseconds(1))
        #expect(try await answer(browser).left == 0)
        bench.clock.advance(by: .milliseconds(1))
        for query in ["", "?use=true"] {
            let shown = await browser.send("GET", Self.url + query)
            #expect(shown.status == 204 && shown.response.body.isEmpty && shown.header("Set-Cookie") == nil)
        }
        #expect(await browser.send("GET", "/console").status == 303)
        #expect(await Browser(bench).send("GET", Self.url).status == 204)
        #expect(try await bench.browser(signedInAs: "eve").send("GET", Self.url).status == 204)
    }

    @Test("The limits of eight hours and of the session at the server count, too")
    func otherLimits() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        for _ in 0..<24 {
            bench.clock.advance(by: .seconds(1190))
            await bench.sessions.writeUses()
            #expect(await browser.send("GET", "/console/clients").status == 200)
        }
        let (left, canWait) = try await answer(browser, query: "?use=true")
        #expect(left == seconds(ConsoleSessions.lifetime) - 24 * 1190 && !canWait)
        let short = try await ConsoleBench(settings: { $0.sessions.idleLimit = .seconds(600) })
        let other = try await short.browser(signedInAs: "ada")
        let (soon, canStay) = try await answer(other)
        #expect(soon == 600 && canStay)
    }

    @Test("Another site cannot prolong it")
    func crossSite() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "ada")
        bench.clock.advance(by: .seconds(600))
        for site in ["cross-site", "same-site"] {
            let shown = await browser.send("GET", Self.url + "?use=true", headers: [("Sec-Fetch-Site", site)])
            #expect(shown.status == 403 && shown.header("Set-Cookie") == nil)
        }
        #expect(try await answer(browser).left == seconds(ConsoleSessions.idleLimit) - 600)
    }
}
