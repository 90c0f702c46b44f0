import TestSupport
import Testing

@testable import Administration
@testable import Console
@testable import Server

@Suite("The console's overview", .timeLimit(.minutes(5)))
struct OverviewTests {
    /// A server that has been busy for more than a day, with numbers as wide as they get.
    private func busyBench() async throws -> ConsoleBench {
        let clock = TestClock()
        let bench = try await ConsoleBench(totals: { Self.totals(at: clock.now) })
        for _ in 0..<1500 { pass(60, bench, clock) }
        for _ in 0..<600 { pass(1, bench, clock) }
        return bench
    }

    private func pass(_ seconds: Int, _ bench: ConsoleBench, _ clock: TestClock) {
        bench.clock.advance(by: .seconds(seconds))
        clock.advance(by: .seconds(seconds))
        bench.figures.sample()
    }

    private static func totals(at now: UnixTime) -> FigureTotals {
        let passed = UInt64((now - TestClock.start).components.seconds)
        var totals = FigureTotals()
        for (place, count) in FigureTotals.Count.allCases.enumerated() {
            totals[count] = passed * 1234 + (passed * passed) % UInt64(1000 + place * 37)
        }
        totals.durations = (0..<17).map { passed * UInt64(70 + $0 * 13) + passed * passed % 97 }
        totals.refusals = ["expired": passed * 34, "replayed": passed * 17 + passed * passed % 91]
        return totals
    }

    @Test("The page stays within 50 KB when every point has a value and the list of problems is full")
    func size() async throws {
        let bench = try await busyBench()
        for number in 0..<12 {
            let id = ClientID("\(number)-" + String(repeating: "<&\"", count: 60))
            try await bench.store.clients.add(ClientRecord(id: id, name: "x", createdAt: TestClock.start), keys: [])
        }
        _ = await bench.checkup.freshReport()
        let browser = try await bench.browser(signedInAs: "vic")
        for period in ["minutes", "hour", "day"] {
            let shown = await browser.open("/console?period=\(period)")
            #expect(shown.status == 200)
            #expect(shown.response.body.count <= 50 * 1024, "\(period): \(shown.response.body.count)")
            #expect(shown.html.matches(of: /<figure/).count == 6)
            #expect(shown.html.matches(of: /role="img"/).count == 6)
            #expect(shown.html.matches(of: /<tr><th>\d/).count == (period == "day" ? 6 * 72 : 6 * 60))
            #expect(shown.html.matches(of: /<li><span class="is-bad">/).count == HealthReport.maximumAttentions)
            #expect(!shown.html.contains("<&"))
        }
    }

    @Test("A server that has just started says so, and nothing is drawn")
    func empty() async throws {
        let bench = try await ConsoleBench()
        let browser = Browser(bench)
        let shown = try await browser.signIn(as: "vic")
        #expect(shown.title.hasPrefix("Overview"))
        #expect(shown.html.contains("0 token requests per second, 0 refused in the last hour."))
        #expect(shown.html.contains("The checks are being made"))
        #expect(!shown.html.contains("<path class=\"series\" d=\"M0.") && shown.html.contains("No request was refused"))
        #expect(shown.html.contains("aria-current=\"page\">Overview"))
        _ = await bench.checkup.freshReport()
        let checked = await browser.open("/console")
        #expect(checked.html.contains("Nothing needs attention"))
        #expect(checked.html.contains("As of the checks at"))
    }

    @Test("At an address of its own the first page is the overview, too")
    func ownAddress() async throws {
        let bench = try await ConsoleBench(address: "https://console.example")
        let shown = try await Browser(bench).signIn(as: "vic")
        #expect(shown.title.hasPrefix("Overview"))
        #expect(shown.html.contains("href=\"/\" aria-current=\"page\">Overview"))
        #expect(shown.html.contains("href=\"/?period=day\""))
        #expect(shown.html.contains("data-live=\"/live/overview?period=hour\""))
    }

    @Test("A client that proves its key and is refused each time is shut out, unless it was accepted since")
    func shutOut() async throws {
        let bench = try await ConsoleBench()
        for id in ["shop", "desk", "feed"] {
            try await bench.store.clients.add(
                ClientRecord(id: ClientID(id), name: id, isEnabled: id != "feed", createdAt: TestClock.start), keys: [])
        }
        func refuse(_ client: String, isProven: Bool) {
            bench.store.audit.record(
                AuditEntry(
                    reference: Reference.random(), at: bench.clock.now, clientID: client, isProven: isProven,
                    code: "wrong_audience", endpoint: "/oauth2/token", remoteAddress: nil, trace: "{}"))
        }
        for client in ["shop", "feed", "nobody"] { for _ in 0..<3 { refuse(client, isProven: true) } }
        // Anyone can do this in a client's name.
        for _ in 0..<9 { refuse("desk", isProven: false) }
        await bench.store.audit.flush()
        let found = try await ShutOutClient.all(in: bench.store, at: bench.clock.now)
        #expect(found == [ShutOutClient(id: ClientID("shop"), refusals: 3, code: "wrong_audience")])
        bench.clock.advance(by: .seconds(5))
        try await bench.store.keyUses.record([
            KeyUse(client: ClientID("shop"), thumbprint: "t", at: bench.clock.now)
        ])
        #expect(try await ShutOutClient.all(in: bench.store, at: bench.clock.now) == [])
        let browser = try await bench.browser(signedInAs: "vic")
        bench.clock.advance(by: .seconds(5))
        for _ in 0..<3 { refuse("shop", isProven: true) }
        await bench.store.audit.flush()
        // Checks that take longer are made less often, and on a busy machine they do.
        bench.clock.advance(by: .seconds(300))
        _ = await bench.checkup.freshReport()
        let shown = await browser.open("/console")
        #expect(shown.html.contains("The client shop is shut out"))
        #expect(shown.html.contains("href=\"/console/refusals?client=shop&amp;since=hour\""))
    }

    @Test("Checks are made in the background, again when they are old, and not more often")
    func background() async throws {
        let clock = TestClock()
        let value = BackgroundValue(every: .seconds(5), clock: { clock.now }) { clock.now }
        #expect(value.last() == nil)
        let first = await value.fresh()
        clock.advance(by: .seconds(4))
        #expect(await value.fresh().at == first.at)
        clock.advance(by: .seconds(60))
        #expect(value.last()?.at == first.at)
        #expect(await value.fresh().at > first.at)
        // The clock was set back.
        clock.advance(by: .seconds(-3600))
        #expect(await value.fresh().at == clock.now)
    }

    @Test("A value whose making began long ago is made again for those who need it fresh")
    func begunLongAgo() async throws {
        let clock = TestClock()
        let (begun, beginning) = AsyncStream<Void>.makeStream()
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let value = BackgroundValue(every: .seconds(5), clock: { clock.now }) {
            beginning.yield()
            for await _ in gate { break }
        }
        #expect(value.last() == nil)
        for await _ in begun { break }
        clock.advance(by: .seconds(86_400))
        async let made = value.fresh()
        opening.yield()
        opening.yield()
        #expect(await made.at == clock.now)
    }
}
