import Administration
import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("The console's refusals", .timeLimit(.minutes(5)))
struct RefusalsTests {
    private static let hostile =
        "</script><script>alert(1)</script><img src=x onerror=alert(1)>\" onfocus=\"x\u{202E}\u{0}\u{1B}[31m'{{base}}"

    /// Sends an assertion to the token endpoint and returns the reference of the refusal.
    private func refuse(
        _ bench: ConsoleBench, client: String, audience: String = ConsoleBench.issuer, keyID: String = "k",
        claims: JSONObject = [:]
    ) async throws -> (reference: String, assertion: String) {
        let assertion = try AssertionTemplate(
            clientID: ClientID(client), audience: audience, keyID: ExactString(keyID), additionalClaims: claims
        ).sign(with: try SigningKey.generate(.es256), at: bench.clock.now)
        let answer = await Browser(bench).send(
            "POST", "/oauth2/token",
            form: [
                ("grant_type", "client_credentials"), ("client_assertion", assertion),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ])
        await bench.store.audit.flush()
        let found = try #require(answer.html.firstMatch(of: /[Rr]eference ([A-Z2-7]{8})/), "\(answer.html)")
        return (String(found.1), assertion)
    }

    @Test("What a stranger sends is text on every page, whatever it contains")
    func hostile() async throws {
        let bench = try await ConsoleBench()
        let references = [
            try await refuse(bench, client: Self.hostile, keyID: Self.hostile, claims: ["jti": .string(Self.hostile)]),
            try await refuse(bench, client: String(repeating: "<b>x</b>", count: 500), audience: Self.hostile),
            try await refuse(bench, client: "x", claims: ["iss": .string(Self.hostile)]),
            try await refuse(bench, client: "x", claims: ["exp": .string(Self.hostile)]),
        ].map(\.reference)
        let browser = try await bench.browser(signedInAs: "vic")
        let address = "/console/refusals"
        let hostile = FormWriter.encoded([("client", Self.hostile), ("cause", Self.hostile), ("address", Self.hostile)])
        let urls =
            references.map { "\(address)/\($0)" } + [address, address + "?view=list", "\(address)?\(hostile)"]
        for url in urls {
            let shown = await browser.open(url)
            #expect(shown.status == 200, "\(url)")
            for mark in ["<script>", "<img", "<b>x", "onfocus=\"", "\u{202E}", "\u{1B}", "\u{0}"] {
                #expect(!shown.html.contains(mark), "\(url): \(mark)")
            }
            #expect(shown.response.body.count < 50_000)
            #expect(!shown.hasOtherScript)
        }
        let list = await browser.open(address + "?view=list")
        for reference in references { #expect(list.html.contains("/console/refusals/\(reference)")) }
    }

    @Test(
        "Many refusals of long identifiers make no long page: each has its room in bytes of HTML",
        arguments: ["&", "<", "\u{1F511}", "a"])
    func room(_ letter: String) async throws {
        let bench = try await ConsoleBench()
        let client = String(repeating: letter, count: 255 / letter.utf8.count)
        let first = try await refuse(bench, client: client, claims: ["iss": .string(client)])
        let entry = try #require(try await bench.store.audit.entry(Reference(first.reference)))
        for number in 0..<60 {
            bench.store.audit.record(
                AuditEntry(
                    reference: Reference("AAAAAA\(number + 10)"), at: entry.at, clientID: client,
                    isProven: number.isMultiple(of: 2), code: entry.code, endpoint: entry.endpoint,
                    remoteAddress: String(repeating: letter, count: 45), trace: entry.trace))
        }
        await bench.store.audit.flush()
        let browser = try await bench.browser(signedInAs: "vic")
        for query in ["", "?view=list", "?cause=\(entry.code)"] {
            let shown = await browser.open("/console/refusals" + query)
            #expect(shown.html.contains("AAAAAA"))
            #expect(shown.response.body.count < 50_000, "\(query): \(shown.response.body.count)")
        }
    }

    @Test("The scope of a refused request is text of bounded length, as are its other parameters")
    func hostileScope() async throws {
        let bench = try await ConsoleBench()
        let client = ClientRecord(id: "shop", name: "Shop", scopes: ["a"], createdAt: TestClock.start)
        try await bench.store.clients.add(client, keys: [])
        let parameters = ["scope", "redirect_uri", "response_mode", "prompt", "resource"].map {
            (name: $0, value: $0 + Self.hostile + String(repeating: "<b>x</b>", count: 200))
        }
        for id in ["shop", "stranger"] {
            let answer = await Browser(bench).open(
                "/oauth2/authorize?" + FormWriter.encoded([("client_id", id), ("response_type", "code")] + parameters))
            let found = try #require(answer.html.firstMatch(of: /[Rr]eference\D*?([A-Z2-7]{8})/), "\(answer.html)")
            await bench.store.audit.flush()
            let browser = try await bench.browser(signedInAs: "vic")
            let shown = await browser.open("/console/refusals/\(found.1)")
            #expect(shown.status == 200)
            let escaped = "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x"
            for (name, _) in parameters {
                #expect(
                    shown.html.contains("<code>\(name)</code></dt><dd><code><bdi>\(name)\(escaped)"), "\(id): \(name)")
            }
            for mark in ["<script>", "<img", "<b>x", "onfocus=\"", "\u{202E}", "\u{1B}", "\u{0}"] {
                #expect(!shown.html.contains(mark), "\(id): \(mark)")
            }
            #expect(shown.response.body.count < 50_000)
        }
    }

    @Test("Nothing that is kept of an assertion or of a secret could be sent again")
    func kept() async throws {
        let bench = try await ConsoleBench()
        let (reference, assertion) = try await refuse(bench, client: "stranger")
        let secret = "a-secret-that-is-not-to-be-kept"
        let answer = await Browser(bench).send(
            "POST", "/oauth2/token",
            form: [("grant_type", "client_credentials"), ("client_id", "stranger"), ("client_secret", secret)])
        await bench.store.audit.flush()
        #expect(answer.status >= 400)
        let entries = try await bench.store.audit.page(RefusalFilter(), after: nil, limit: 10).entries
        #expect(entries.contains { $0.reference.text == reference })
        for entry in entries {
            let texts = [entry.clientID ?? "", entry.code, entry.endpoint, entry.remoteAddress ?? "", entry.trace]
            for part in assertion.split(separator: ".").map(String.init) + [secret] {
                #expect(!texts.contains { $0.contains(part) })
            }
        }
    }

    @Test("A refusal shows all 24 rules, what failed, how to fix it, and the corrected claims")
    func trace() async throws {
        let bench = try await ConsoleBench()
        try await bench.store.clients.add(
            ClientRecord(id: ClientID("shop"), name: "The Shop", createdAt: TestClock.start), keys: [])
        let (reference, _) = try await refuse(bench, client: "shop", claims: ["iss": "shopp"])
        let browser = try await bench.browser(signedInAs: "vic")
        let shown = await browser.open("/console/refusals/\(reference.lowercased())")
        #expect(shown.status == 200)
        for rule in 1...24 { #expect(shown.html.contains("id=\"rule-\(rule)\"")) }
        #expect(shown.html.contains("class=\"rule failed\" id=\"rule-8\""))
        #expect(shown.html.contains("<ins>+   &quot;iss&quot;: &quot;shop&quot;,</ins>"))
        #expect(shown.html.contains("https://as.example/errors/issuer_subject_mismatch"))
        #expect(shown.html.contains("href=\"/console/clients/shop\""))
        #expect(shown.html.contains("countersign explain \(reference)"))
        let client = await browser.open("/console/clients/shop")
        #expect(client.html.contains("href=\"/console/refusals?client=shop&amp;since=any\""))
        let missing = await browser.open("/console/refusals/ZZZZZZZZ")
        #expect(missing.status == 404)
    }

    @Test("The list has groups, pages, filters, and says when nothing was refused or nothing matches")
    func list() async throws {
        let bench = try await ConsoleBench()
        let browser = try await bench.browser(signedInAs: "vic")
        let empty = await browser.open("/console/refusals")
        #expect(empty.html.contains("Nothing was refused yet"))
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        for number in 0..<65 {
            bench.store.audit.record(
                AuditEntry(
                    reference: Reference("REFA2X\(letters[number / 32])\(letters[number % 32])"), at: bench.clock.now,
                    clientID: "c\(number % 2)",
                    isProven: number % 2 == 0, code: number < 5 ? "expired" : "replayed", endpoint: "/oauth2/token",
                    remoteAddress: "192.0.2.\(number)", trace: "unreadable"))
        }
        await bench.store.audit.flush()
        let groups = await browser.open("/console/refusals")
        #expect(groups.html.contains("65 in the last day, grouped by cause"))
        #expect(groups.html.contains("<span class=\"count\">60</span>"))
        #expect(groups.html.matches(of: /href="\/console\/refusals\/REFA2/).count == 6)

        var (url, seen): (String?, Set<String>) = ("/console/refusals?cause=replayed", [])
        var pages = 0
        while let address = url {
            let page = await browser.open(address)
            let found = page.html.matches(of: /href="\/console\/refusals\/(REFA2\w+)"/).map { String($0.1) }
            #expect(found.count <= 30 && seen.isDisjoint(with: found))
            seen.formUnion(found)
            url = page.html.firstMatch(of: /href="([^"]*)" rel="next"/).map {
                String($0.1).replacing("&amp;", with: "&")
            }
            pages += 1
        }
        #expect(seen.count == 60 && pages == 2)

        for (query, count) in [
            ("client=c0&view=list", 30), ("caller=proved&cause=expired", 3), ("address=192.0.2.7&view=list", 1),
            ("reference=refa2-xad", 1), ("client=nobody", 0), ("after=1.2.3&view=list", 30),
        ] {
            let page = await browser.open("/console/refusals?" + query)
            #expect(page.html.matches(of: /href="\/console\/refusals\/REFA2\w+"/).count == count, "\(query)")
            #expect(page.html.contains("Nothing matches") == (count == 0))
        }
        let narrowed = await browser.open("/console/refusals?view=list&endpoint=/oauth2/none")
        #expect(narrowed.html.contains("name=\"endpoint\" type=\"search\" value=\"/oauth2/none\""))
        #expect(narrowed.html.contains("Nothing matches"))
        bench.clock.advance(by: .seconds(2 * 86_400))
        let later = try await bench.browser(signedInAs: "vic").open("/console/refusals")
        #expect(later.html.contains("Nothing matches"))
    }
}
