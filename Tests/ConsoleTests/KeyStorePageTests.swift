import Administration
import CountersignKeyFiles
import TestSupport
import Testing

@testable import Console

@Suite("The key store in the console", .timeLimit(.minutes(5)))
struct KeyStorePageTests {
    private func bench(_ entries: [KeyStoreEntry], clients: [String] = []) async throws -> ConsoleBench {
        let bench = try await ConsoleBench()
        for id in clients {
            try await bench.store.clients.add(
                ClientRecord(id: ClientID(id), name: id, createdAt: TestClock.start), keys: [])
        }
        _ = try await bench.store.keyStore.put(entries, replaces: false)
        return bench
    }

    @Test("lists the next to expire first, with the hour and the zone, and which client is served")
    func list() async throws {
        let soon = TestClock.start + .seconds(3 * 86_400)
        let bench = try await bench(
            [
                try KeyStoreSample.entry("late"), try KeyStoreSample.entry("soon", notAfter: soon),
                try KeyStoreSample.entry("gone", notAfter: TestClock.start - .seconds(1)),
            ], clients: ["soon"])
        let browser = try await bench.browser(signedInAs: "vic")
        let html = await browser.open("/console/keystore").html
        let places = ["gone", "soon", "late"].compactMap { html.firstRange(of: "entries/\($0)\"")?.lowerBound }
        #expect(places.count == 3 && places == places.sorted())
        #expect(html.contains(ShownTime.exact(soon)) && ShownTime.exact(soon).hasSuffix(" UTC"))
        #expect(html.contains("Expired") && html.contains("Expires in 3 days") && html.contains("3 entries"))
        #expect(html.contains("href=\"/console/clients/soon\"") && html.contains("No client has this ID"))
        func aliases(_ query: String) async -> [String] {
            let html = await browser.open("/console/keystore?" + query).html
            return ["gone", "soon", "late"].filter { html.contains("entries/\($0)\"") }
        }
        #expect(await aliases("q=LATE") == ["late"])
        #expect(await aliases("state=expired") == ["gone"])
        #expect(await aliases("state=soon") == ["soon"])
        #expect(await aliases("use=serves") == ["soon"])
        #expect(await aliases("use=unused&q=cn%3Dsample") == ["gone", "late"])
        #expect(await aliases("q=nothing&state=x&use=y") == [])
        #expect(await browser.open("/console/keystore?q=nothing").html.contains("No entry matches"))
    }

    @Test("has pages of 40 entries, each entry on one of them, and each page at most 50 KB")
    func pages() async throws {
        let long = "CN=" + String(repeating: "W", count: 250)
        let bench = try await bench(
            try (0..<100).map { try KeyStoreSample.entry("entry-\($0)", subject: long) })
        let browser = try await bench.browser(signedInAs: "ada")
        var (url, seen, pages): (String?, Set<Substring>, Int) = ("/console/keystore", [], 0)
        while let next = url {
            let shown = await browser.open(next)
            #expect(shown.response.body.count < 50_000)
            let found = shown.html.matches(of: #/entries/(entry-[0-9]+)"/#).map(\.1)
            #expect(found.count <= 40 && seen.isDisjoint(with: found))
            seen.formUnion(found)
            pages += 1
            url = shown.html.firstMatch(of: #/href="([^"]*)" rel="next"/#).map {
                String($0.1).replacing("&amp;", with: "&")
            }
        }
        #expect(seen.count == 100 && pages == 3)
    }

    @Test("goes on after an entry that was removed meanwhile, and from the beginning at a place that is none")
    func removedMeanwhile() async throws {
        let bench = try await bench(try (100..<190).map { try KeyStoreSample.entry("k\($0)") })
        let browser = try await bench.browser(signedInAs: "ada")
        let first = await browser.open("/console/keystore").html
        func link(_ html: String, _ pattern: Regex<(Substring, Substring)>) throws -> String {
            String(try #require(html.firstMatch(of: pattern)).1).replacing("&amp;", with: "&")
        }
        let next = try link(first, #/href="([^"]*)" rel="next"/#)
        try await bench.store.keyStore.remove("k139")
        let second = await browser.open(next).html
        #expect(second.contains("entries/k140\"") && second.contains("entries/k179\""))
        #expect(!second.contains("entries/k138\"") && !second.contains("entries/k180\""))
        let previous = try link(second, #/href="([^"]*before[^"]*)"/#)
        #expect(await browser.open(previous).html.contains("entries/k100\""))
        for place in ["x", "%00", "9 ", "99999999999999999999+a"] {
            let html = await browser.open("/console/keystore?after=" + place).html
            #expect(html.contains("entries/k100\""), "\(place)")
        }
    }

    @Test("shows what others chose as text: markup, and characters that change the direction")
    func hostile() async throws {
        let alias = "<b>\"'&%2F é"
        let entry = try KeyStoreSample.entry(alias, subject: "CN=<script>alert(1)</script>\u{202E}gro.elpmaxe\u{0}")
        let bench = try await bench([entry], clients: [alias])
        let browser = try await bench.browser(signedInAs: "ada")
        let page = ShownEntry.path(alias)
        for path in ["/keystore", page, page + "/delete", "/keystore?q=" + "%22%3E%3Cscript%3E"] {
            let shown = await browser.open("/console" + path)
            #expect(shown.status == 200, "\(path)")
            #expect(!shown.hasOtherScript && !shown.html.contains("<b>\""))
            #expect(!shown.html.contains("\u{202E}") && !shown.html.contains("\u{0}"))
        }
        #expect(await browser.open("/console" + page).html.contains("&lt;script&gt;"))
        let file = await browser.open("/console" + page + "/certificate.pem")
        #expect(file.header("Content-Disposition") == "attachment; filename=\"b_____2F__.pem\"")
    }

    @Test(
        "Names of downloads are plain",
        arguments: [
            ("billing", "billing.pem"), ("a b/c", "a_b_c.pem"), ("..", "certificate.pem"), ("\"\r\nX: y", "X__y.pem"),
            ("é", "certificate.pem"), (".bashrc", "bashrc.pem"),
            (String(repeating: "a", count: 99), String(repeating: "a", count: 64) + ".pem"),
        ])
    func fileNames(_ alias: String, _ name: String) {
        #expect(Download.fileName(alias, extension: "pem") == name)
    }

    @Test("exports PEM and DER as files")
    func export() async throws {
        let bench = try await bench([try KeyStoreSample.entry("billing")])
        let browser = try await bench.browser(signedInAs: "vic")
        let pem = await browser.open("/console/keystore/entries/billing/certificate.pem")
        #expect(pem.response.contentType == "application/pem-certificate-chain")
        #expect(pem.header("X-Content-Type-Options") == "nosniff" && pem.header("Cache-Control") == "no-store")
        #expect(pem.header("Content-Disposition") == "attachment; filename=\"billing.pem\"")
        let der = try KeyStoreSample.bytes("rsa.certificate.der")
        #expect(try KeyFile(pem.response.body, name: "x").keys.first?.certificate?.der == der)
        let binary = await browser.open("/console/keystore/entries/billing/certificate.der")
        #expect(binary.response.body == der && binary.response.contentType == "application/pkix-cert")
        #expect(binary.header("Content-Disposition") == "attachment; filename=\"billing.cer\"")
        for path in ["", "/certificate.pem", "/certificate.der", "/delete"] {
            #expect(
                await browser.open("/console/keystore/entries/other" + path).status == (path == "/delete" ? 403 : 404))
        }
        let stranger = Browser(bench)
        #expect(await stranger.send("GET", "/console/keystore/entries/billing/certificate.pem").status == 303)
    }

    @Test("asks before it deletes, says which client loses its key, and needs a recent sign-in")
    func delete() async throws {
        let bench = try await bench([try KeyStoreSample.entry("billing")], clients: ["billing"])
        let browser = try await bench.browser(signedInAs: "ada")
        let path = "/keystore/entries/billing/delete"
        let shown = await browser.open("/console" + path)
        #expect(shown.html.contains("A client loses its key") && shown.html.contains("/console/clients/billing"))
        #expect(await browser.send("POST", "/console" + path, form: []).status == 403)
        // Another certificate than the one that the page has shown.
        let field = shown.hidden("/console" + path).filter { $0.name == "form_key" }
        let other = await browser.send("POST", "/console" + path, form: field + [(name: "certificate", value: "AA:BB")])
        #expect(other.status == 409)
        bench.clock.advance(by: .seconds(601))
        #expect(await browser.post(shown, path).status == 403)
        #expect(await browser.send("GET", "/console" + path).status == 303)
        #expect(try await bench.store.keyStore.entries().count == 1)
        let recent = try await browser.signIn(as: "ada", at: path)
        let done = await browser.follow(await browser.post(recent, path))
        #expect(done.html.contains("The entry has been deleted."))
        #expect(try await bench.store.keyStore.entries().isEmpty)
        #expect(done.html.contains("No certificates yet"))
        // The client has lost its key, and nothing leads to the entry any more.
        #expect(await browser.open("/console/clients").html.contains("No key"))
        let client = await browser.open("/console/clients/billing")
        #expect(client.status == 200 && !client.html.contains("/console/keystore/entries/billing"))
        #expect(await browser.open("/console/keystore/entries/billing").status == 404)
        #expect(await browser.open("/console" + path).status == 404)
        #expect(await browser.post(recent, path).status == 404)
    }
}
