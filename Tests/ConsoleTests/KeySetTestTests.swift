import Administration
import Fetching
import Pages
import Synchronization
import TestSupport
import Testing

@testable import Console

@Suite("The key set tester", .timeLimit(.minutes(5)))
struct KeySetTestTests {
    private static let path = "/key-sets/test"

    /// A resolver that gives the same addresses for every name, and records that it was asked.
    private final class Names: NameResolver {
        private let list: [IPAddress]
        private let state = Mutex((count: 0, isBlocked: false))

        init(_ addresses: String..., isBlocked: Bool = false) {
            list = addresses.compactMap { IPAddress($0) }
            state.withLock { $0.isBlocked = isBlocked }
        }

        var count: Int { state.withLock { $0.count } }

        func release() { state.withLock { $0.isBlocked = false } }

        func addresses(of name: String) async throws(NameResolutionError) -> [IPAddress] {
            state.withLock { $0.count += 1 }
            while state.withLock({ $0.isBlocked }) {
                do { try await Task.sleep(for: .milliseconds(5)) } catch { throw .cancelled }
            }
            return list
        }
    }

    private func test(_ browser: Browser, _ url: String) async -> Browser.Shown {
        let page = await browser.open("/console" + Self.path)
        return await browser.post(page, Self.path, [(name: "url", value: url)])
    }

    @Test(
        "What the guard refuses is refused here, with the verdict for each address",
        arguments: [
            ("https://keys.example/jwks", ["203.0.114.9", "10.0.0.5"], "10.0.0.5", "a private address"),
            ("https://keys.example/jwks", ["169.254.169.254"], "169.254.169.254", "metadata"),
            ("https://127.0.0.1/jwks", [], "127.0.0.1", "loopback"), ("https://[::1]/jwks", [], "::1", "loopback"),
        ])
    func refused(_ url: String, _ addresses: [String], _ address: String, _ reason: String) async throws {
        let names = addresses.count == 2 ? Names(addresses[0], addresses[1]) : Names(addresses.first ?? "")
        let bench = try await ConsoleBench(resolver: names)
        let shown = await test(try await bench.browser(signedInAs: "ada"), url)
        #expect(shown.status == 200)
        #expect(shown.html.contains(address) && shown.html.contains("Refused: ") && shown.html.contains(reason))
        #expect(shown.html.contains("cannot prove itself") && !shown.html.contains("Connected to"))
        // A test leaves no trace in what clients use.
        #expect(try await bench.store.keySets.record(of: url) == nil)
        #expect(try await bench.store.keySets.all().isEmpty)
    }

    @Test(
        "A URL that no client may have is refused before a name is looked up",
        arguments: [
            "https://user:secret@keys.example/jwks", "http://keys.example/jwks", "file:///etc/passwd",
            "gopher://keys.example/", "https://keys.example/#x", "https://0x7f000001/", "https://keys.example/\u{0}",
            "javascript:alert(1)", "<script>alert(1)</script>", "https://\u{202E}keys.example/",
            "https://keys.example/" + String(repeating: "x", count: 9000),
        ])
    func invalid(_ url: String) async throws {
        let names = Names("203.0.114.9")
        let bench = try await ConsoleBench(resolver: names)
        let shown = await test(try await bench.browser(signedInAs: "ada"), url)
        #expect(shown.status == 200 && shown.html.contains("The URL is refused"))
        #expect(names.count == 0)
        #expect(!shown.hasOtherScript && !shown.html.contains("\u{202E}"))
        #expect(shown.response.body.count < 50_000)
    }

    @Test("A viewer, another site and a stranger cause no look-up")
    func others() async throws {
        let names = Names("10.0.0.5")
        let bench = try await ConsoleBench(resolver: names)
        let vic = try await bench.browser(signedInAs: "vic")
        let page = await vic.open("/console\(Self.path)?url=https%3A%2F%2Fkeys.example%2F")
        #expect(page.status == 200 && page.html.matches(of: /method="post"/).count == 1, "only the sign-out")
        let url = [(name: "url", value: "https://keys.example/")]
        let key = page.hidden("/console/sign-out")
        #expect(await vic.send("POST", "/console" + Self.path, form: key + url).status == 403)
        let ada = try await bench.browser(signedInAs: "ada")
        #expect(await ada.send("POST", "/console" + Self.path, form: url).status == 403)
        let own = await ada.open("/console" + Self.path).hidden("/console" + Self.path)
        #expect(
            await ada.send(
                "POST", "/console" + Self.path, form: own + url, headers: [("Origin", "https://evil.example")]
            ).status == 403)
        #expect(await ada.open("/console\(Self.path)?url=https%3A%2F%2Fkeys.example%2F").status == 200)
        #expect(await Browser(bench).send("POST", "/console" + Self.path, form: own + url).status == 403)
        #expect(names.count == 0)
        #expect(await test(ada, "https://keys.example/").status == 200)
        #expect(names.count == 1)
    }

    @Test("A person has six tests in a minute; others have their own")
    func limit() async throws {
        let names = Names("10.0.0.5")
        let bench = try await ConsoleBench(
            people: [("ada", ["admin"]), ("ben", ["admin"])], resolver: names)
        let (ada, ben) = (try await bench.browser(signedInAs: "ada"), try await bench.browser(signedInAs: "ben"))
        for _ in 0..<6 { #expect(await test(ada, "https://keys.example/").status == 200) }
        let refused = await test(ada, "https://keys.example/")
        #expect(refused.status == 429 && refused.html.contains("six tests in a minute"))
        let wait = try #require(refused.header("Retry-After").flatMap { Int($0) })
        #expect((1...60).contains(wait))
        #expect(names.count == 6)
        #expect(await test(ben, "https://keys.example/").status == 200)
        bench.clock.advance(by: .seconds(61))
        #expect(await test(ada, "https://keys.example/").status == 200)
    }

    @Test("A person has one test at a time, and all people together four")
    func atOnce() async throws {
        let names = Names("10.0.0.5", isBlocked: true)
        let tests = KeySetTests(DocumentFetcher(resolver: names))
        async let first = tests.test("https://keys.example/", by: .client("a"))
        while names.count < 1 { await Task.yield() }
        await #expect(throws: KeySetTests.Refusal.underWay) {
            try await tests.test("https://keys.example/", by: .client("a"))
        }
        async let second = tests.test("https://keys.example/", by: .client("b"))
        async let third = tests.test("https://keys.example/", by: .client("c"))
        async let fourth = tests.test("https://keys.example/", by: .client("d"))
        while names.count < 4 { await Task.yield() }
        await #expect(throws: KeySetTests.Refusal.busy) {
            try await tests.test("https://keys.example/", by: .client("e"))
        }
        names.release()
        _ = try await (first, second, third, fourth)
        #expect(try await tests.test("https://keys.example/", by: .client("e")).isUsable == false)
    }

    @Test("The time of a test is bounded")
    func time() async throws {
        var policy = FetchPolicy()
        policy.timeout = .milliseconds(50)
        let bench = try await ConsoleBench(fetchPolicy: policy, resolver: Names("10.0.0.5", isBlocked: true))
        let shown = await test(try await bench.browser(signedInAs: "ada"), "https://keys.example/")
        #expect(shown.html.contains("not complete after 50 ms"))
    }

    @Test("The page of a client has its address and what the server has read; hostile text stays text")
    func history() async throws {
        let bench = try await ConsoleBench()
        let url = "https://keys.example/jwks"
        let hostile = "<img src=x onerror=alert(1)>\u{202E}"
        var client = ClientRecord(id: "agent", name: hostile, scopes: ["a"], createdAt: bench.clock.now)
        client.keySetURL = url
        try await bench.store.clients.add(client, keys: [])
        for second in 0..<40 {
            let outcomes: [KeySetFetch.Outcome] = [
                .received(keys: 2, refused: 1, isChanged: true), .notModified,
                .failed(problem: String(repeating: hostile, count: 100)),
            ]
            try await bench.store.keySets.save(
                RemoteKeySetRecord(url: url, attemptedAt: bench.clock.now, nextAttemptAt: bench.clock.now),
                KeySetFetch(
                    at: bench.clock.now + .seconds(second), duration: .milliseconds(12), outcome: outcomes[second % 3]))
        }
        let browser = try await bench.browser(signedInAs: "ada")
        let shown = await browser.open("/console\(Self.path)?client=agent")
        #expect(shown.html.contains("value=\"\(url)\"") && shown.html.contains("What the server has read"))
        #expect(shown.html.contains("2 keys, 1 not usable, new content") && shown.html.contains("Unchanged (304)"))
        #expect(!shown.html.contains("<img") && !shown.html.contains("\u{202E}"))
        #expect(shown.response.body.count < 50_000)
        #expect(await browser.open("/console\(Self.path)?client=unknown").status == 404)
    }
}
