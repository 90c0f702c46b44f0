import Administration
import Pages
import TestSupport
import Testing

@testable import Console

@Suite("The keys of a client and their rotation", .timeLimit(.minutes(5)))
struct RotationTests {
    private static let id: ClientID = "ticketing"
    private static let path = "/console/clients/ticketing/keys"

    private static func jwk(_ name: String) throws -> JWK {
        JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: ExactString(name))
    }

    private func use(_ bench: ConsoleBench, _ key: JWK, _ count: Int) async throws {
        try await bench.store.keyUses.record([
            KeyUse(client: Self.id, thumbprint: key.thumbprint, at: bench.clock.now, count: count)
        ])
    }

    private func report(_ bench: ConsoleBench) async throws -> ClientKeyReport {
        try await ClientAdministration(bench.store).keyReport(of: Self.id.text, at: bench.clock.now)
    }

    private func add(_ bench: ConsoleBench, _ keys: [JWK], keySetURL: String? = nil) async throws {
        var client = ClientRecord(id: Self.id, name: "Ticketing", scopes: ["a"], createdAt: bench.clock.now)
        client.keySetURL = keySetURL
        try await bench.store.clients.add(client, keys: keys.map { KeyRecord(jwk: $0, addedAt: bench.clock.now) })
    }

    @Test("A rotation goes from step to step by what the keys show, and each step can be undone")
    func steps() async throws {
        let bench = try await ConsoleBench()
        let (old, new) = (try Self.jwk("2026-05"), try Self.jwk("2026-11"))
        try await add(bench, [old])
        try await use(bench, old, 900)
        var browser = try await bench.browser(signedInAs: "ada")
        #expect(await !browser.open(Self.path).html.contains("Key rotation"))

        // 1: the key is added, on the page for it.
        bench.clock.advance(by: .seconds(3600))
        browser = try await bench.browser(signedInAs: "ada")
        try await bench.store.clientKeys.add(KeyRecord(jwk: new, addedAt: bench.clock.now), to: Self.id)
        try await use(bench, old, 9811)
        var shown = await browser.open(Self.path)
        #expect(try await report(bench).rotation?.step == .seeInUse)
        #expect(shown.html.contains("Key rotation: from 2026-05 to 2026-11"))
        #expect(shown.html.contains("Step 2 of 4") && shown.html.contains("Not seen yet"))
        #expect(shown.html.contains("9,811 <span class=\"soft\">(100%)") || shown.html.contains("10,711"))
        #expect(shown.html.contains("\(Self.path)/\(old.thumbprint)/retire"))
        #expect(shown.html.contains("Undo step 1: remove 2026-11"))
        // The end of a key that is in use, while the new one is not, is said to be dangerous.
        let question = await browser.open("\(Self.path)/\(old.thumbprint)/retire")
        #expect(question.html.contains("has not been used yet"))

        // 2: the new key is seen.
        try await use(bench, new, 200)
        #expect(try await report(bench).rotation?.step == .moveTraffic)
        shown = await browser.open(Self.path)
        #expect(shown.html.contains("Step 3 of 4") && shown.html.contains("(2%)") && shown.html.contains("(98%)"))

        // 3: the old key is not used for a day.
        bench.clock.advance(by: .seconds(25 * 3600))
        try await use(bench, new, 10_000)
        #expect(try await report(bench).rotation?.step == .retire)
        let ada = try await bench.browser(signedInAs: "ada")
        let retire = "/clients/ticketing/keys/\(old.thumbprint)/retire"
        let answer = await ada.post(
            await ada.open("/console" + retire), retire,
            [(name: "until", value: (bench.clock.now + .seconds(86_400)).formDate)])
        #expect(answer.header("Location") == "\(Self.path)?notice=key-retiring")
        shown = await ada.follow(answer)
        #expect(shown.html.contains("The end is set") && shown.html.contains("Undo step 4: keep 2026-05 active"))

        // 4: it ends, and can still be taken back.
        bench.clock.advance(by: .seconds(2 * 86_400))
        #expect(try await report(bench).rotation?.step == .done)
        let again = try await bench.browser(signedInAs: "ada")
        shown = await again.open(Self.path)
        #expect(shown.html.contains("Remove 2026-05") && shown.html.contains("Retired"))
        let activate = "/clients/ticketing/keys/\(old.thumbprint)/activate"
        #expect(await again.post(await again.open("/console" + activate), activate).status == 303)
        #expect(try await report(bench).rotation?.step == .retire)
        // Another administrator sees the same.
        let vic = try await bench.browser(signedInAs: "vic")
        let other = await vic.open(Self.path)
        #expect(other.html.contains("Step 4 of 4") && !other.html.contains("Undo step"))
    }

    @Test("Two keys that were registered together, or long ago, are not a rotation")
    func meantToStay() async throws {
        let bench = try await ConsoleBench()
        let keys = [try Self.jwk("a"), try Self.jwk("b"), try Self.jwk("c")]
        try await add(bench, Array(keys.prefix(2)))
        #expect(try await report(bench).rotation == nil)
        bench.clock.advance(by: .seconds(60))
        try await bench.store.clientKeys.add(KeyRecord(jwk: keys[2], addedAt: bench.clock.now), to: Self.id)
        #expect(try await report(bench).rotation?.old.count == 2)
        bench.clock.advance(by: KeyRotation.window)
        #expect(try await report(bench).rotation == nil)
        // An end says that it is one after all.
        _ = try await ClientAdministration(bench.store).setStatus(
            .retiring(until: bench.clock.now + .seconds(60)), ofKey: keys[0].thumbprint, of: Self.id.text)
        #expect(try await report(bench).rotation?.old.count == 2)
    }

    @Test("A rotation that ended before the new key was used says that the client is refused, and keeps the way back")
    func endedUnseen() async throws {
        let bench = try await ConsoleBench()
        let (old, new) = (try Self.jwk("old"), try Self.jwk("new"))
        try await add(bench, [old])
        try await use(bench, old, 5)
        bench.clock.advance(by: .seconds(60))
        try await bench.store.clientKeys.add(KeyRecord(jwk: new, addedAt: bench.clock.now), to: Self.id)
        _ = try await ClientAdministration(bench.store).setStatus(
            .retiring(until: bench.clock.now + .seconds(60)), ofKey: old.thumbprint, of: Self.id.text)
        bench.clock.advance(by: .seconds(120))
        let rotation = try #require(try await report(bench).rotation)
        #expect(rotation.step == .done && !rotation.isSeen)
        let ada = try await bench.browser(signedInAs: "ada")
        let shown = await ada.open(Self.path)
        #expect(shown.html.contains("Ended, but the new key was not used"))
        #expect(shown.html.contains("The client is refused with the old key"))
        #expect(shown.html.contains("Undo step 4: keep old active"))
        // A number of keys that cannot be counted to.
        #expect(await ada.open(Self.path + "?from=9223372036854775807").status == 200)
    }

    @Test("Where only some of the old keys have an end, the page names those that have none")
    func severalOld() async throws {
        let bench = try await ConsoleBench()
        let (old, older, new) = (try Self.jwk("old"), try Self.jwk("older"), try Self.jwk("new"))
        try await add(bench, [old, older])
        bench.clock.advance(by: .seconds(60))
        try await bench.store.clientKeys.add(KeyRecord(jwk: new, addedAt: bench.clock.now), to: Self.id)
        try await use(bench, new, 5)
        func retire(_ key: JWK) async throws {
            _ = try await ClientAdministration(bench.store).setStatus(
                .retiring(until: bench.clock.now + .seconds(3600)), ofKey: key.thumbprint, of: Self.id.text)
        }
        let ada = try await bench.browser(signedInAs: "ada")
        try await retire(old)
        let some = await ada.open(Self.path)
        #expect(some.html.contains("Step 4 of 4") && some.html.contains("The end of some of the old keys is set."))
        #expect(some.html.contains("older has none yet and keeps working"))
        try await retire(older)
        let all = await ada.open(Self.path)
        #expect(all.html.contains("The ends are set.") && !all.html.contains("of some of the old keys"))
    }

    @Test(
        "RFC 7515 §4.1.4: the message for the client's team has the exact kid, or says that it is not exact",
        arguments: [
            ("2026-11", true), ("a \"quoted\" \\ name", true), ("zero\u{200B}width", false),
            (String(repeating: "k", count: 300), false),
        ])
    func message(_ kid: String, _ isExact: Bool) async throws {
        let bench = try await ConsoleBench()
        try await add(bench, [try Self.jwk("old")])
        bench.clock.advance(by: .seconds(60))
        try await bench.store.clientKeys.add(
            KeyRecord(jwk: try Self.jwk(kid), addedAt: bench.clock.now), to: Self.id)
        let report = try await report(bench)
        let rotation = try #require(report.rotation)
        let context = RotationContext(rotation, report, path: "").context
        let message = try #require(context["message"] as? String)
        #expect(message.contains("put \"kid\": \(JSONValue.string(ExactString(kid)).render()) in") == isExact)
        #expect(message.contains("it can only be shown as “") != isExact)
        #expect(!message.unicodeScalars.contains("\u{200B}"))
    }

    @Test("A use from before the key was added again does not count as seen")
    func earlierUse() async throws {
        let bench = try await ConsoleBench()
        let (old, new) = (try Self.jwk("old"), try Self.jwk("new"))
        try await add(bench, [old])
        try await use(bench, new, 5)
        bench.clock.advance(by: .seconds(60))
        try await bench.store.clientKeys.add(KeyRecord(jwk: new, addedAt: bench.clock.now), to: Self.id)
        #expect(try await report(bench).rotation?.step == .seeInUse)
        // A revoked key is neither old nor new.
        _ = try await ClientAdministration(bench.store).setStatus(
            .revoked(since: bench.clock.now), ofKey: old.thumbprint, of: Self.id.text)
        #expect(try await report(bench).rotation == nil)
    }

    @Test(
        "Of a key set at a URL the page shows what is new, what is gone and what cannot be used; the largest set stays small"
    )
    func keySet() async throws {
        let bench = try await ConsoleBench()
        let url = "https://keys.example/jwks"
        let hostile = "<script>alert(1)</script>\u{202E}"
        let keys = try (0..<98).map { try Self.jwk("\(hostile) \($0)") }
        let gone = try Self.jwk("gone")
        try await add(bench, [], keySetURL: url)
        let weak = #"{"kty":"oct","k":"AAAA","kid":"\#(hostile)"}"#
        let body = #"{"keys":[\#(weak),\#(keys.map { $0.object.render() }.joined(separator: ","))]}"#
        try await bench.store.keySets.save(
            RemoteKeySetRecord(
                url: url, body: Array(body.utf8), fetchedAt: bench.clock.now,
                expiresAt: bench.clock.now + .seconds(600), attemptedAt: bench.clock.now,
                nextAttemptAt: bench.clock.now + .seconds(420)))
        try await use(bench, gone, 3)
        try await use(bench, keys[0], 1)
        let browser = try await bench.browser(signedInAs: "ada")
        for query in ["", "?from=25", "?from=75", "?from=9000", "?from=-1", "?from=x"] {
            let shown = await browser.open(Self.path + query)
            #expect(shown.status == 200)
            #expect(shown.response.body.count < 50_000, "\(query): \(shown.response.body.count)")
            #expect(!shown.hasOtherScript && !shown.html.contains("\u{202E}"))
            #expect(shown.html.contains(gone.thumbprint))
            #expect(shown.html.contains("Published, but not usable"))
            #expect(shown.html.matches(of: /method="post"/).count == 1, "only the sign-out")
        }
        let client = await browser.open("/console/clients/ticketing")
        #expect(client.html.contains("90 more") && client.response.body.count < 50_000)
    }

    @Test("Enabling a client and activating a key need a recent sign-in")
    func recentSignIn() async throws {
        let bench = try await ConsoleBench()
        let key = try Self.jwk("a")
        try await add(bench, [key])
        try await bench.store.clients.setEnabled(false, Self.id, at: bench.clock.now)
        let browser = try await bench.browser(signedInAs: "ada")
        let enable = "/clients/ticketing/enable"
        let activate = "/clients/ticketing/keys/\(key.thumbprint)/activate"
        let pages = [
            enable: await browser.open("/console" + enable), activate: await browser.open("/console" + activate),
        ]
        bench.clock.advance(by: .seconds(700))
        for (path, page) in pages {
            #expect(page.status == 200)
            #expect(await browser.post(page, path).status == 403)
            #expect(await browser.open("/console" + path).html.contains("/oauth2/authorize/sign-in"))
        }
        #expect(try await bench.store.clients.registration(of: Self.id)?.client.isEnabled == false)
    }
}
