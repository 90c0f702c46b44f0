import Administration
import Foundation
import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("The console's expiry calendar", .timeLimit(.minutes(5)))
struct CalendarTests {
    private static let address = "/console/calendar"
    private static let feedPage = "/console/calendar/address"
    private static let hostile =
        "</script><script>alert(1)</script>\" onfocus=\"x\u{202E}\u{1B}[31m\r\nBEGIN:VALARM\r\n;,\\n🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀'{{base}}"

    private func addClient(_ id: String, name: String = "", endsIn days: Int, to bench: ConsoleBench) async throws {
        let facts = CertificateFacts(
            subject: "CN=\(id)", notBefore: TestClock.start, notAfter: TestClock.start + .seconds(days * 86_400),
            thumbprintSHA1: "a", thumbprintSHA256: "b")
        try await bench.store.clients.add(
            ClientRecord(id: ClientID(id), name: name, createdAt: TestClock.start),
            keys: [
                KeyRecord(
                    jwk: JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: "k"),
                    certificate: KeyCertificate(der: [1], facts: facts), addedAt: TestClock.start)
            ])
    }

    /// Makes an address as a person, and returns its path.
    private func makeAddress(_ browser: Browser) async throws -> String {
        let page = await browser.open(Self.feedPage)
        let made = await browser.post(page, "/calendar/address", [("make", "yes")])
        let found = try #require(made.html.firstMatch(of: /https:\/\/as\.example(\/console\/calendar\/feed\/[^<]+)</))
        return String(found.1)
    }

    @Test("Shows what ends as a month and as a list, with the hour and the zone")
    func page() async throws {
        let bench = try await ConsoleBench()
        try await addClient("billing", name: "Billing", endsIn: 3, to: bench)
        let browser = try await bench.browser(signedInAs: "vic")
        let shown = await browser.open(
            Self.address + "?month=" + CalendarMonth(at: TestClock.start + .seconds(3 * 86_400)).text)
        #expect(shown.status == 200 && shown.title.hasPrefix("Expiry calendar"))
        #expect(shown.html.contains("Nothing has ended, 1 ends by"))
        #expect(shown.html.contains(ShownTime.exact(TestClock.start + .seconds(3 * 86_400))))
        #expect(shown.html.contains("href=\"/console/clients/billing\""))
        #expect(!shown.html.contains("Make an address"))
        let other = await browser.open(Self.address + "?month=2001-01&kind=client_secret&client=x")
        #expect(other.html.contains("Nothing ends in that time"))
    }

    @Test("Names are text on the page, and the page stays small however much ends")
    func hostile() async throws {
        let bench = try await ConsoleBench()
        for number in 0..<60 {
            try await addClient("c\(number)<b>", name: Self.hostile, endsIn: number / 2, to: bench)
        }
        let browser = try await bench.browser(signedInAs: "ada")
        let hostile = FormWriter.encoded([("client", Self.hostile), ("kind", Self.hostile), ("month", Self.hostile)])
        var urls = [Self.address, Self.address + "?" + hostile, Self.address + "?after=" + hostile]
        let first = await browser.open(Self.address)
        urls += first.html.matches(of: /href="([^"]+after=[^"]+)"/).map {
            String($0.1).replacing("&#x3D;", with: "=").replacing("&amp;", with: "&")
        }
        for url in urls {
            let shown = await browser.open(url)
            #expect(shown.status == 200, "\(url)")
            #expect(!shown.hasOtherScript)
            for mark in ["<b>", "onfocus=\"", "\u{202E}", "\u{1B}"] { #expect(!shown.html.contains(mark)) }
            #expect(shown.response.body.count < 50_000, "\(shown.response.body.count)")
        }
    }

    @Test("RFC 5545 §3.1, §3.3.11: the feed has lines of 75 octets at most, and a name cannot end its line")
    func feed() async throws {
        let bench = try await ConsoleBench()
        for shift in 0..<4 {
            try await addClient(
                "c\(shift)", name: String(repeating: "x", count: shift) + Self.hostile, endsIn: 5, to: bench)
        }
        let path = try await makeAddress(try await bench.browser(signedInAs: "ada"))
        let answer = await Browser(bench).send("GET", path)
        #expect(answer.status == 200)
        #expect(answer.response.contentType == "text/calendar; charset=utf-8")
        #expect(answer.header("Cache-Control") == "no-store" && answer.header("Set-Cookie") == nil)
        let bytes = answer.response.body
        #expect(bytes.suffix(2) == [0x0D, 0x0A] && !bytes.contains(0x1B) && !bytes.contains(0))
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        for line in lines {
            #expect(line.last == 0x0D && line.count <= 76 && line.dropLast().allSatisfy { $0 != 0x0D })
            #expect(String(validating: line, as: UTF8.self) != nil)
        }
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n ", with: "")
        let unfolded = text.split(separator: "\r\n")
        #expect(unfolded.count { $0 == "BEGIN:VEVENT" } == 4 && unfolded.count { $0 == "BEGIN:VALARM" } == 8)
        #expect(unfolded.filter { $0.hasPrefix("SUMMARY:") }.allSatisfy { $0.contains("\\;\\,\\\\n") })
        // What is the same has the same identifier when it is read again.
        let again = String(decoding: await Browser(bench).send("GET", path).response.body, as: UTF8.self)
        func identifiers(_ text: String) -> [Substring] {
            text.split(separator: "\r\n").filter { $0.hasPrefix("UID:") }
        }
        #expect(identifiers(again) == identifiers(text) && Set(identifiers(again)).count == 4)
    }

    @Test("However much has ended lately, the file has what is still to come")
    func comingFirst() async throws {
        let bench = try await ConsoleBench()
        for (id, days) in [("first", 1), ("second", 2), ("third", 3), ("coming", 30), ("later", 31)] {
            try await addClient(id, endsIn: days, to: bench)
        }
        bench.clock.advance(by: .seconds(10 * 86_400))
        let expiry = ExpiryAdministration(bench.store, bench.settings)
        func names(_ limit: Int) async throws -> [String?] {
            try await expiry.calendar(ExpiryFilter(), at: bench.clock.now, limit: limit)
                .map { $0.expiration.client?.text }
        }
        #expect(try await names(2) == ["coming", "later"])
        #expect(try await names(3) == ["first", "coming", "later"])
        #expect(try await names(9).count == 5)
    }

    @Test("An address works until it is replaced or removed, or its person is disabled or leaves the groups")
    func end() async throws {
        let bench = try await ConsoleBench()
        let ada = try await bench.browser(signedInAs: "ada")
        func status(_ path: String) async -> Int { await Browser(bench).send("GET", path).status }
        let first = try await makeAddress(ada)
        bench.clock.advance(by: .seconds(1))
        let second = try await makeAddress(ada)
        #expect(await status(first) == 404)
        #expect(await status(second) == 200)
        #expect(await status(second.replacing(".ics", with: "")) == 404)
        #expect(await status(String(second.dropLast(5)) + ".ics") == 404)
        #expect(await status("/console/calendar/feed/.ics") == 404)
        try await bench.change("ada") { $0.groups = ["staff"] }
        #expect(await status(second) == 404)
        try await bench.change("ada") { $0.groups = ["admin"] }
        #expect(await status(second) == 200)
        try await bench.change("ada") { $0.isEnabled = false }
        #expect(await status(second) == 404)
        try await bench.change("ada") { $0.isEnabled = true }
        let again = try await bench.browser(signedInAs: "ada")
        let page = await again.open(Self.feedPage)
        _ = await again.post(page, "/calendar/address", [("remove", "yes")])
        #expect(await status(second) == 404)
        let changes = try await bench.store.changes.page(ChangeFilter(subjectKind: .user), before: nil, limit: 20)
            .compactMap(\.change)
        #expect(changes.count { $0.action == .userCalendarMade } == 2)
        #expect(changes.count { $0.action == .userCalendarRemoved } == 1)
        let secret = second.split(separator: "/").last?.dropLast(4) ?? ""
        #expect(changes.allSatisfy { !"\($0)".contains(secret) })
    }

    @Test("A page with a new address that is reloaded makes no other, so the address that it showed works")
    func reload() async throws {
        let bench = try await ConsoleBench()
        let ada = try await bench.browser(signedInAs: "ada")
        let page = await ada.open(Self.feedPage)
        let form = page.hidden(Self.feedPage) + [(name: "make", value: "yes")]
        let made = await ada.send("POST", Self.feedPage, form: form)
        let path = try #require(made.html.firstMatch(of: /https:\/\/as\.example(\/console\/calendar\/feed\/[^<]+)</)).1
        let again = await ada.send("POST", Self.feedPage, form: form)
        #expect(again.status == 409 && again.html.contains("You made an address at") && !again.html.contains("/feed/"))
        #expect(await Browser(bench).send("GET", String(path)).status == 200)
    }

    @Test("The file is rendered once a minute for all addresses, and an address has a limit of its own")
    func cached() async throws {
        let bench = try await ConsoleBench(people: [("ada", ["admin"]), ("bo", ["admin"])])
        let paths = [
            try await makeAddress(try await bench.browser(signedInAs: "ada")),
            try await makeAddress(try await bench.browser(signedInAs: "bo")),
        ]
        func file(_ path: String) async -> String {
            String(decoding: await Browser(bench).send("GET", path).response.body, as: UTF8.self)
        }
        #expect(await !file(paths[0]).contains("BEGIN:VEVENT"))
        try await addClient("billing", endsIn: 3, to: bench)
        bench.clock.advance(by: CalendarFileCache.lifetime - .milliseconds(1))
        #expect(await !file(paths[1]).contains("BEGIN:VEVENT"))
        bench.clock.advance(by: .milliseconds(1))
        #expect(await file(paths[1]).contains("BEGIN:VEVENT"))
        // A clock that was set back.
        bench.clock.advance(by: .seconds(-3600))
        #expect(await file(paths[0]).contains("BEGIN:VEVENT"))

        var statuses: [Int] = []
        for number in 0..<40 {
            statuses.append(
                await bench.routes.response(
                    to: EndpointRequest(
                        method: "GET", path: paths[0], query: nil, headers: [:], remoteAddress: "203.0.113.\(number)",
                        body: .bytes([]))
                ).status)
        }
        #expect(statuses.first == 200 && statuses.last == 429)
        #expect(await Browser(bench).send("GET", paths[1]).status == 200)
    }

    @Test("The server's own certificate is in its day, also if that day is full, before the others")
    func ownCertificate() async throws {
        let bench = try await ConsoleBench()
        let file = TemporaryDirectory().path + ".pem"
        let bytes = try KeyStoreSample.bytes("rsa.certificate.pem")
        try Data(bytes).write(to: URL(filePath: file))
        let own = try #require(Expiration.ofTLSCertificate(file))
        let day = CalendarDay.start(CalendarDay.number(of: own.at))
        for number in 0..<5 {
            let facts = CertificateFacts(
                subject: "CN=x", notBefore: .distantPast, notAfter: day + .seconds(number), thumbprintSHA1: "a",
                thumbprintSHA256: "b")
            try await bench.store.clients.add(
                ClientRecord(id: ClientID("c\(number)"), name: "", createdAt: TestClock.start),
                keys: [
                    KeyRecord(
                        jwk: JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: "k"),
                        certificate: KeyCertificate(der: [1], facts: facts), addedAt: TestClock.start)
                ])
        }
        let expiry = ExpiryAdministration(bench.store, certificateFile: file)
        let days = (0...42).map { day + .seconds($0 * 86_400) }
        let found = try await expiry.days(days, ExpiryFilter(), limit: 3)
        #expect(found.count == 42 && found[0].count == 3 && found[0].first == own)
        #expect(found.dropFirst().allSatisfy { $0.isEmpty })
        #expect(try await expiry.days(days, ExpiryFilter(kind: .clientCertificate), limit: 3)[0].count == 3)
        #expect(try await expiry.page(ExpiryFilter(), limit: 10).entries.count == 6)
        try FileManager.default.removeItem(atPath: file)
    }

    @Test("Only an administrator who signed in a short time ago can make an address; guesses are limited")
    func limits() async throws {
        let bench = try await ConsoleBench()
        let viewer = try await bench.browser(signedInAs: "vic")
        #expect(await viewer.open(Self.feedPage).status == 403)
        let ada = try await bench.browser(signedInAs: "ada")
        let page = await ada.open(Self.feedPage)
        bench.clock.advance(by: Operator.recentLimit)
        #expect(await ada.post(page, "/calendar/address", [("make", "yes")]).status == 403)
        let guess = "/console/calendar/feed/" + Base64URL.encode([UInt8](repeating: 7, count: 32)) + ".ics"
        var statuses: [Int] = []
        for _ in 0..<40 { statuses.append(await Browser(bench).send("GET", guess).status) }
        #expect(statuses.first == 404 && statuses.last == 429)
    }

    @Test(
        "A month has whole weeks, from Monday to Sunday",
        arguments: [("2026-11", 42, "2026-10-26"), ("2027-02", 28, "2027-02-01"), ("2024-02", 35, "2024-01-29")])
    func month(_ month: String, _ count: Int, _ first: String) throws {
        let days = try #require(CalendarMonth(month)).days
        #expect(days.count == count + 1 && days.first.map(CalendarDay.text) == first)
    }

    @Test(
        "An address with an impossible month or day shows this month",
        arguments: ["2026-13", "x", "2026-1", "99999-01", ""])
    func months(_ text: String) { #expect(CalendarMonth(text) == nil) }
}
