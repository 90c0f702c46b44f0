import Administration
import TestSupport
import Testing

@testable import Console
@testable import Server

@Suite("The page of the assertion debugger", .timeLimit(.minutes(5)))
struct DebuggerPageTests {
    private static let hostile =
        "</script><script>alert(1)</script><img src=x onerror=alert(1)>\" onfocus=\"x\u{202E}\u{1B}[31m'{{base}}"

    private func judge(
        _ browser: Browser, _ assertion: String, _ fields: (name: String, value: String)...
    ) async -> Browser.Shown {
        let page = await browser.open("/console" + DebuggerBench.path)
        return await browser.post(page, DebuggerBench.path, [(name: "token", value: assertion)] + fields)
    }

    private func expectSafe(_ shown: Browser.Shown, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(!shown.hasOtherScript, sourceLocation: sourceLocation)
        for mark in ["<img", "onfocus=\"", "\u{202E}", "\u{1B}", "\u{0}"] {
            #expect(!shown.html.contains(mark), "\(mark)", sourceLocation: sourceLocation)
        }
        #expect(shown.response.body.count <= 50 * 1024, "\(shown.response.body.count)", sourceLocation: sourceLocation)
    }

    @Test("RFC 7523 §3 (7): an assertion that was judged can still be sent, and after that it is shown as used")
    func reuse() async throws {
        let debugger = try await DebuggerBench()
        let ada = try await debugger.bench.browser(signedInAs: "ada")
        let assertion = try debugger.assertion()
        for _ in 0..<3 {
            let shown = await judge(ada, "  \(assertion)\r\n")
            #expect(shown.status == 200 && shown.html.contains("As things are: accepted"))
            expectSafe(shown)
        }
        #expect(try await debugger.refusal(assertion) == nil)
        let used = await judge(ada, assertion)
        #expect(used.html.contains("As things are: refused") && used.html.contains("/errors/replayed"))
        #expect(used.html.contains("class=\"rule failed\" id=\"rule-24\""))
        #expect(try await debugger.refusal(assertion) == "replayed")
    }

    @Test("A live assertion is not shown again, is in no address and no log; one that has long expired is")
    func withheld() async throws {
        let debugger = try await DebuggerBench()
        let ada = try await debugger.bench.browser(signedInAs: "ada")
        func refilled(_ shown: Browser.Shown, _ assertion: String) -> Bool {
            assertion.split(separator: ".").allSatisfy { shown.html.contains($0) }
        }
        let live = try debugger.assertion(claims: [("aud", "https://other.example")])
        for assertion in [
            live, try debugger.assertion(times: ["exp": -31]), try debugger.assertion(times: ["exp": -600]),
            try debugger.assertion(claims: [("exp", nil)]), try debugger.assertion(claims: [("exp", "0")]),
            live.replacing(".", with: ".."),
        ] {
            let shown = await judge(ada, assertion)
            #expect(shown.status == 200 && shown.html.contains("is not shown again"))
            #expect(shown.header("Cache-Control") == "no-store" && shown.header("Location") == nil)
            let parts = assertion.split(separator: ".")
            #expect(!parts.contains { shown.html.contains($0) })
        }
        let dead = try debugger.assertion(times: ["exp": -700])
        let shown = await judge(ada, dead)
        #expect(refilled(shown, dead) && !shown.html.contains("is not shown again"))
        // Nothing is recorded.
        let changes = try await debugger.bench.store.changes.page(ChangeFilter(), before: nil, limit: 10)
        await debugger.bench.store.audit.flush()
        let refusals = try await debugger.bench.store.audit.page(RefusalFilter(), after: nil, limit: 10).entries
        #expect(refusals.isEmpty && !changes.contains { "\($0)".contains(live.suffix(40)) })
    }

    @Test("The verdict as things are stands beside the one under conditions, with the rules that differ")
    func conditions() async throws {
        let debugger = try await DebuggerBench()
        let ada = try await debugger.bench.browser(signedInAs: "ada")
        let assertion = try debugger.assertion(
            of: "strict", claims: [("aud", .string(ConsoleBench.issuer + "/oauth2/token"))])
        let shown = await judge(ada, assertion, ("profile", "compatible"))
        #expect(shown.html.contains("As things are: refused"))
        #expect(shown.html.contains("With the profile compatible: accepted"))
        #expect(shown.html.contains("17. aud names this server") && shown.html.contains("The other 22 rules"))
        #expect(shown.html.contains("--audience-profile compatible"))
        #expect(shown.html.contains("value=\"compatible\" checked"))
        let later = await judge(ada, assertion, ("profile", "compatible"), ("at", "2030-01-01T00:00:00Z"))
        #expect(later.html.contains("With the time 2030-01-01T00:00:00Z and the profile compatible: refused"))
        let typed = await judge(ada, try debugger.assertion(), ("typ", "demanded"))
        #expect(typed.html.contains("With typ demanded: refused") && typed.html.contains("/errors/wrong_type"))
        let optional = await judge(ada, try debugger.assertion(of: "typed"), ("typ", "optional"))
        #expect(optional.html.contains("With typ not demanded: accepted"))

        let rotated = try debugger.assertion(key: DebuggerBench.otherKey)
        let key = String(decoding: Documents.keySet(DebuggerBench.otherKey), as: UTF8.self)
        let pasted = await judge(ada, rotated, ("key", key))
        #expect(pasted.html.contains("As things are: refused"))
        #expect(pasted.html.contains("With the key you pasted: accepted"))
        let revoked = try debugger.assertion(of: "revoked")
        let named = await judge(ada, revoked, ("key", "k"))
        #expect(named.html.contains("With its key “k” usable: accepted"))
        let missing = await judge(ada, revoked, ("key", "<b>other"))
        #expect(missing.html.contains("With its key “&lt;b&gt;other” usable: refused"))
    }

    @Test("What cannot be read is said at its field, and a private key is not shown again")
    func faults() async throws {
        let debugger = try await DebuggerBench()
        let ada = try await debugger.bench.browser(signedInAs: "ada")
        let assertion = try debugger.assertion()
        for (fields, words) in [
            ([(name: "at", value: "yesterday")], "Write a time such as"),
            ([(name: "at", value: "+999999-01-01T00:00:00Z")], "Write a time such as"),
            ([(name: "at", value: "9223372036854775807")], "Write a time such as"),
            ([(name: "key", value: "{}")], "key-message"),
            ([(name: "key", value: String(repeating: "&", count: 300))], "at most 255 bytes"),
            ([(name: "key", value: "{\"kty\":\"EC\",\"d\":\"c2VjcmV0\"}")], "key-message"),
            ([(name: "key", value: "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----")], "key-message"),
        ] {
            let page = await ada.open("/console" + DebuggerBench.path)
            let shown = await ada.post(page, DebuggerBench.path, [(name: "token", value: assertion)] + fields)
            #expect(shown.status == 400 && shown.html.contains(words), "\(fields)")
            #expect(!shown.html.contains("c2VjcmV0") && !shown.html.contains(assertion.suffix(40)))
            expectSafe(shown)
        }
        let nothing = await judge(ada, "  \n")
        #expect(nothing.status == 400 && nothing.html.contains("Paste an assertion"))
        let page = await ada.open("/console" + DebuggerBench.path)
        let long = await ada.send(
            "POST", "/console" + DebuggerBench.path,
            headers: [("Content-Type", "application/x-www-form-urlencoded")], body: .tooLarge(limit: 65_536))
        #expect(page.status == 200 && long.status == 413 && long.html.contains("at most 16 KiB"))
        for assertion in [String(repeating: "x", count: 60_000), "e30.e30.\u{0}", "not base64!", "\u{0}"] {
            let shown = await judge(ada, assertion)
            #expect(shown.status == 200 && shown.html.contains("/errors/malformed"))
            expectSafe(shown)
        }
    }

    @Test("Hostile text in header, claims and conditions stays text")
    func hostile() async throws {
        let debugger = try await DebuggerBench()
        let ada = try await debugger.bench.browser(signedInAs: "ada")
        let hostile = JSONValue.string(Self.hostile)
        let many = (0..<200).map { ("\(Self.hostile)\($0)", JSONValue?.some(hostile)) }
        for assertion in [
            try debugger.assertion(of: Self.hostile, header: [("kid", hostile), (Self.hostile, hostile)]),
            try debugger.assertion(header: [
                ("kid", hostile), ("typ", hostile), ("x5t", hostile), ("x5t#S256", hostile),
            ]),
            try debugger.assertion(
                of: "keyless",
                claims: [("aud", hostile), ("jti", hostile), ("exp", hostile), ("nbf", hostile), ("iat", hostile)]),
            try debugger.assertion(claims: Array(many.prefix(40)) + [("aud", .array([hostile, hostile]))]),
            try debugger.assertion(claims: [("iss", hostile)]),
            try debugger.assertion(header: [("alg", hostile)]),
            try debugger.assertion(
                header: [("kid", hostile)],
                claims: [("aud", hostile), ("x", .string(String(repeating: "\"&<", count: 2000)))],
                times: ["exp": -9999, "nbf": 9999, "iat": 9999]),
            "<script>alert(1)</script>.\(Self.hostile).x",
        ] {
            expectSafe(await judge(ada, assertion))
            expectSafe(
                await judge(
                    ada, assertion, ("profile", "fapi"), ("typ", "demanded"), ("at", "2030-01-01T00:00:00Z"),
                    ("key", Self.hostile)))
        }
        let query = FormWriter.encoded([("reference", Self.hostile), ("at", Self.hostile), ("profile", Self.hostile)])
        expectSafe(await ada.open("/console\(DebuggerBench.path)?\(query)"))
    }

    @Test("A viewer posts no assertion, and judges a refusal again")
    func viewer() async throws {
        let debugger = try await DebuggerBench()
        let vic = try await debugger.bench.browser(signedInAs: "vic")
        let page = await vic.open("/console" + DebuggerBench.path)
        #expect(page.status == 200 && page.html.matches(of: /method="post"/).count == 1, "only the sign-out")
        #expect(!page.html.contains("<textarea"))
        let live = [(name: "token", value: try debugger.assertion())]
        let sent = await vic.send(
            "POST", "/console" + DebuggerBench.path, form: page.hidden("/console/sign-out") + live)
        #expect(sent.status == 403 && !sent.html.contains("accepted"))
        let ada = try await debugger.bench.browser(signedInAs: "ada")
        #expect(await ada.send("POST", "/console" + DebuggerBench.path, form: live).status == 403)
        #expect(await Browser(debugger.bench).send("POST", "/console" + DebuggerBench.path, form: live).status == 403)

        let late = try debugger.assertion(times: ["exp": -60, "iat": -120])
        let reference = try await debugger.reference(await debugger.send(late))
        let again = await vic.open("/console\(DebuggerBench.path)?reference=\(reference.lowercased())")
        #expect(again.html.contains("when it arrived: refused") && again.html.contains("/errors/expired"))
        #expect(again.html.contains("href=\"/console/refusals/\(reference)\""))
        #expect(again.html.contains("the assertion itself is not kept"))
        let time = (debugger.bench.clock.now - .seconds(90)).text
        let earlier = await vic.open("/console\(DebuggerBench.path)?reference=\(reference)&at=\(time)")
        #expect(earlier.html.contains("With the time \(time): no rule fails that can be judged"))
        let refusal = await vic.open("/console/refusals/\(reference)")
        #expect(refusal.html.contains("href=\"/console\(DebuggerBench.path)?reference=\(reference)\""))
        #expect(await vic.open("/console\(DebuggerBench.path)?reference=ZZZZZZZZ").html.contains("no refusal with"))
    }

    @Test("A reference that an administrator pastes leads to an address with it")
    func reference() async throws {
        let debugger = try await DebuggerBench()
        let ada = try await debugger.bench.browser(signedInAs: "ada")
        let wrong = try debugger.assertion(
            of: "strict", claims: [("aud", .string(ConsoleBench.issuer + "/oauth2/token"))])
        let reference = try await debugger.reference(await debugger.send(wrong))
        let sent = await judge(ada, " \(reference) ", ("profile", "compatible"))
        #expect(sent.status == 303)
        #expect(sent.header("Location")?.hasSuffix("?reference=\(reference)&profile=compatible") == true)
        let shown = await ada.follow(sent)
        #expect(shown.html.contains("when it arrived: refused"))
        #expect(shown.html.contains("With the profile compatible: no rule fails"))
        #expect(shown.html.contains("17. aud names this server"))
        let command =
            "assertion inspect --reference \(reference) --config countersign.toml --audience-profile compatible"
        #expect(shown.html.contains(command))

        // Too little is kept of what could not be read, and a request without an assertion has none.
        for answer in [await debugger.send("e30.e30.AAAA"), await debugger.send("x")] {
            let reference = try await debugger.reference(answer)
            let shown = await ada.open("/console\(DebuggerBench.path)?reference=\(reference)")
            #expect(shown.status == 200 && shown.html.contains("Nothing to judge"))
        }
    }

    @Test("A value that was too long to be kept is not judged")
    func shortened() async throws {
        let debugger = try await DebuggerBench()
        let vic = try await debugger.bench.browser(signedInAs: "vic")
        let audiences = (0..<40).map { JSONValue.string("https://other.example/\($0)") }
        let wrong = try debugger.assertion(
            of: "legacy", claims: [("aud", .array(audiences + [.string(ConsoleBench.issuer)]))], times: ["exp": -60])
        let reference = try await debugger.reference(await debugger.send(wrong))
        let shown = await vic.open("/console\(DebuggerBench.path)?reference=\(reference)")
        #expect(shown.html.contains("/errors/expired") && !shown.html.contains("/errors/wrong_audience"))
        #expect(shown.html.contains("too long to be kept"))
    }

    @Test("What only a fetch decides is said to be so")
    func undecided() async throws {
        let debugger = try await DebuggerBench()
        let url = "https://keys.example/jwks"
        try await debugger.add("agent", { $0.keySetURL = url }, keys: [])
        let ada = try await debugger.bench.browser(signedInAs: "ada")
        let shown = await judge(ada, try debugger.assertion(of: "agent"))
        #expect(shown.html.contains("As things are: cannot be judged without a fetch"))
        #expect(shown.html.contains("Rule 13: the key set has not been read yet; \(url) would be fetched"))
        #expect(!shown.html.contains("refused</h3>") && debugger.documents.readCount == 0)
    }
}
