import Administration
import TestSupport
import Testing

@testable import Console

// One after another, because the process reads one file at a time and lets few wait.
@Suite("Importing certificates in the console", .serialized, .timeLimit(.minutes(5)))
struct ImportPageTests {
    @Test("The first press shows what would be imported, the second one does it, and the file is chosen once")
    func twoPresses() async throws {
        let form = try await ImportForm(try await ConsoleBench())
        let shown = await form.check(try KeyStoreSample.bytes("KeyStores/java17.jks"), password: "changeit")
        #expect(shown.status == 200)
        for text in ["billing", "café", "private keys stay", "Import ", "clients.jks"] where text != "private keys stay"
        {
            #expect(shown.html.contains(text), "\(text)")
        }
        #expect(shown.html.contains("no private key is read or kept"))
        #expect(!shown.html.contains("changeit"))
        #expect(try await form.aliases().isEmpty)

        let done = await form.press(shown)
        #expect(done.status == 303)
        #expect(try await form.aliases().contains("billing"))
        let list = await form.browser.follow(done)
        #expect(list.html.contains("The certificates have been imported."))
        #expect(list.html.contains("href=\"/console/keystore/entries/billing\""))
        // It is held for one import only.
        let again = await form.press(shown)
        #expect(again.status == 422 && again.html.contains("is not kept any more"))
    }

    @Test(
        "A certificate is proposed under the name of its file, and another alias can be typed before the second press")
    func proposedAlias() async throws {
        let form = try await ImportForm(try await ConsoleBench())
        let certificate = try KeyStoreSample.bytes("rsa.certificate.der")
        let shown = await form.check(certificate, name: "C:\\keys\\billing.cer")
        #expect(shown.html.contains("name=\"alias\" value=\"billing\""))
        #expect(shown.html.contains("Proposed from the name of the file"))
        let renamed = await form.press(shown, alias: "shipping")
        #expect(renamed.status == 200, "what would be imported is another thing now, so it is shown first")
        #expect(try await form.aliases().isEmpty)
        let done = await form.press(renamed, alias: "shipping")
        #expect(done.header("Location") == "/console/keystore/entries/shipping?notice=imported")
        #expect(try await form.aliases() == ["shipping"])
    }

    @Test(
        "What is wrong is said at the field, and what was typed is kept, but the password",
        arguments: [
            ("KeyStores/java17.jks", "wrong-password", "password", "the password is wrong or the file was altered"),
            ("KeyStores/java17.jks", "", "password", "needs its password"),
            ("KeyStores/openssl3.p12", "wrong-password", "password", "the password is wrong or the file was altered"),
            ("KeyStores/java17-secret.p12", "changeit", "file", "without a certificate"),
            ("KeyStores/java17.jceks", "changeit", "file", "Convert it to PKCS#12"),
            ("rsa.pkcs8.pem", "", "file", "The server must never have it"),
            ("rsa.public.pem", "", "file", "a key without a certificate"),
            ("request.pem", "", "file", "Give the certificate or the public key"), ("make.sh", "", "file", "not a key"),
            ("", "", "file", "Choose a file."),
        ])
    func faults(_ file: String, _ password: String, _ field: String, _ words: String) async throws {
        let form = try await ImportForm(try await ConsoleBench())
        let shown = await form.check(
            file.isEmpty ? nil : try KeyStoreSample.bytes(file), password: password, alias: "typed-alias",
            replaces: true)
        #expect(shown.status == 422)
        #expect(shown.html.contains(words), "\(shown.html)")
        #expect(shown.html.contains("href=\"#\(field)\""))
        #expect(shown.html.contains("id=\"\(field)-message\""))
        #expect(shown.html.contains("value=\"typed-alias\"") && shown.html.contains("value=\"yes\" checked"))
        #expect(!shown.html.contains("wrong-password") && !shown.html.contains("changeit"))
        #expect(try await form.aliases().isEmpty)
    }

    @Test("An alias with another certificate is a conflict, until the person says that it is replaced")
    func conflict() async throws {
        let bench = try await ConsoleBench()
        let form = try await ImportForm(bench)
        let other = try KeyStoreSample.bytes("prime256v1.certificate.pem")
        let first = await form.check(other, name: "billing.pem")
        #expect(await form.press(first, alias: "billing").status == 303)
        let shown = await form.check(try KeyStoreSample.bytes("rsa.certificate.pem"), name: "billing.pem")
        #expect(shown.status == 422)
        #expect(shown.html.contains("The alias “billing” holds another certificate"))
        #expect(!shown.html.contains("name=\"confirm\""))
        #expect(await form.press(shown, alias: "billing").status == 422, "pressing a button that is not there")
        let replacing = await form.press(shown, confirms: false, alias: "billing", replaces: true)
        #expect(replacing.html.contains("Replaces another"))
        #expect(await form.press(replacing, alias: "billing", replaces: true).status == 303)
        let kept = try #require(try await bench.store.keyStore.entry("billing"))
        #expect(kept.jwk.key.type == .rsa)
    }

    @Test("What the person has not seen is not done: somebody changed the key store between the presses")
    func changedMeanwhile() async throws {
        let bench = try await ConsoleBench()
        let form = try await ImportForm(bench)
        let shown = await form.check(
            try KeyStoreSample.bytes("prime256v1.certificate.pem"), name: "billing.pem", replaces: true)
        _ = try await bench.store.keyStore.put([try KeyStoreSample.entry("billing")], replaces: false)
        let again = await form.press(shown, alias: "billing", replaces: true)
        #expect(again.status == 200 && again.html.contains("Replaces another"))
        #expect(try await bench.store.keyStore.entry("billing")?.jwk.key.type == .rsa)
    }

    @Test("A certificate that took the place of the one that was to be replaced is not overwritten")
    func replacedMeanwhile() async throws {
        let bench = try await ConsoleBench()
        let other = try KeyStoreSample.entry("billing", file: "ed25519.certificate.pem")
        _ = try await bench.store.keyStore.put([try KeyStoreSample.entry("billing")], replaces: false)
        let form = try await ImportForm(bench)
        let shown = await form.check(
            try KeyStoreSample.bytes("prime256v1.certificate.pem"), name: "billing.pem", replaces: true)
        let keyStore = KeyStoreAdministration(bench.store)
        let file = try await CertificateFile.read(
            try KeyStoreSample.bytes("prime256v1.certificate.pem"), name: "billing.pem", password: nil)
        let plan = try await keyStore.plan(file, alias: nil, replaces: true, at: bench.clock.now)
        _ = try await bench.store.keyStore.put([other], replaces: true)
        #expect(await form.press(shown, alias: "billing", replaces: true).status == 200)
        await #expect(throws: StoreError.changed) { try await keyStore.commit(plan) }
        let found = try await bench.store.keyStore.entry("billing")?.certificate.facts.thumbprintSHA256
        #expect(found == other.certificate.facts.thumbprintSHA256)
        // What another operator has imported already is no conflict.
        let again = try await keyStore.plan(file, alias: nil, replaces: true, at: bench.clock.now)
        try await keyStore.commit(again)
        try await keyStore.commit(again)
    }

    @Test("A checked file is found by its sender alone, also after they have signed in again, and for ten minutes")
    func held() async throws {
        let bench = try await ConsoleBench(people: [("ada", ["admin"]), ("bob", ["admin"])])
        let (form, other) = (try await ImportForm(bench), try await ImportForm(bench, as: "bob"))
        let shown = await form.check(try KeyStoreSample.bytes("rsa.certificate.pem"), name: "billing.pem")
        let fields = shown.hidden("/console" + ImportForm.path).filter { $0.name != "form_key" }
        let theirs = await other.browser.open("/console" + ImportForm.path)
        let stolen = await other.send(theirs, fields.map { ($0.name, $0.value) } + [("confirm", "yes")])
        #expect(stolen.status == 422 && stolen.html.contains("is not kept any more"))
        bench.clock.advance(by: .seconds(599))
        _ = try await form.browser.signIn(as: "ada", at: ImportForm.path)
        #expect(await form.press(shown, confirms: false).status == 200)
        bench.clock.advance(by: .seconds(1))
        _ = try await form.browser.signIn(as: "ada", at: ImportForm.path)
        #expect(await form.press(shown).status != 303)
        #expect(try await form.aliases().isEmpty)
    }

    @Test("The memory of checked files is bounded, and the oldest one makes room")
    func bounded() async throws {
        let files = CheckedFiles()
        let file = try await CertificateFile.read(
            try KeyStoreSample.bytes("rsa.certificate.pem"), name: "a.pem", password: nil)
        let now = TestClock.start
        let names = (0...CheckedFiles.maximumCount).map { _ in files.hold(file, for: [1], at: now) }
        #expect(files.file(names[0], of: [1], at: now) == nil)
        #expect(files.file(names[1], of: [1], at: now) != nil)
        #expect(files.file(names[1], of: [2], at: now) == nil)
        files.drop(names[1], of: [2])
        #expect(files.file(names[1], of: [1], at: now) != nil)
        files.drop(names[1], of: [1])
        #expect(files.file(names[1], of: [1], at: now) == nil)
        #expect(files.file(names[2], of: [1], at: now + CheckedFiles.lifetime) == nil)
    }

    @Test("A viewer is offered no import and cannot send one")
    func viewer() async throws {
        let bench = try await ConsoleBench()
        let form = try await ImportForm(bench, as: "vic")
        let list = await form.browser.open("/console/keystore")
        #expect(list.status == 200 && !list.html.contains("/keystore/import"))
        #expect(await form.browser.open("/console" + ImportForm.path).status == 403)
        let field = list.hidden("/console/sign-out").map { ($0.name, $0.value) }
        let sent = await form.send(
            list, field + [("alias", "x")], file: ("a.pem", try KeyStoreSample.bytes("rsa.certificate.pem")))
        #expect(sent.status == 403 && sent.html.contains("Only administrators"))
        #expect(try await form.aliases().isEmpty)
    }

    @Test("A form without the page's field, or after an old sign-in, does nothing")
    func forged() async throws {
        let bench = try await ConsoleBench()
        let form = try await ImportForm(bench)
        let page = await form.browser.open("/console" + ImportForm.path)
        let file = ("a.pem", try KeyStoreSample.bytes("rsa.certificate.pem"))
        let sample = await form.browser.open("/console/assets/x")
        #expect(await form.send(sample, [("alias", "x")], file: file).status == 403)
        bench.clock.advance(by: .seconds(601))
        let late = await form.send(page, [("alias", "x")], file: file)
        #expect(late.status == 403 && late.html.contains("needs a sign-in of the last 10 minutes"))
        #expect(await form.browser.send("GET", "/console" + ImportForm.path).status == 303)
    }

    @Test("Names of files are shown as text, without folders and invisible characters")
    func hostileNames() async throws {
        let form = try await ImportForm(try await ConsoleBench())
        let certificate = try KeyStoreSample.bytes("rsa.certificate.pem")
        for name in [
            "../../<script>alert(1)<\u{2215}script>.pem", "\"><img src=x>.pem", "a\u{202E}gpj.pem", "a\tb.pem",
        ] {
            let shown = await form.check(certificate, name: name)
            #expect(shown.status == 200, "\(name)")
            #expect(!shown.hasOtherScript && !shown.html.contains("<img") && !shown.html.contains("\u{202E}"))
            #expect(!shown.html.contains("../"))
        }
        // A line break in a name would end the header field of the part.
        let broken = await form.check(certificate, name: "a\r\nb.pem")
        #expect(broken.status == 400)
    }

    @Test(
        "Longer bodies are read of people who are signed in, for this page alone; a longer one is refused with the page"
    )
    func limits() async throws {
        let bench = try await ConsoleBench()
        let form = try await ImportForm(bench)
        let cookies = form.browser.cookies["as.example"] ?? [:]
        let field = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
        func limit(_ path: String, _ cookie: String?) -> Int {
            bench.routes.bodyLimit(
                for: EndpointRequest(method: "POST", path: path, headers: cookie.map { ["Cookie": $0] } ?? [:]))
        }
        #expect(limit("/console" + ImportForm.path, field) == 1_572_864)
        #expect(limit("/console" + ImportForm.path, nil) == 65_536)
        #expect(limit("/console" + ImportForm.path, field.replacing("countersign-console", with: "x")) == 65_536)
        #expect(limit("/console/keystore", field) == 65_536)
        #expect(limit("/oauth2/token", field) == 65_536)
        let shown = await form.browser.send(
            "POST", "/console" + ImportForm.path, headers: [("Content-Type", "multipart/form-data; boundary=b")],
            body: .tooLarge(limit: 1_572_864))
        #expect(shown.status == 413 && shown.html.contains("The file is longer than 1 MiB."))
        bench.clock.advance(by: .seconds(1800))
        #expect(limit("/console" + ImportForm.path, field) == 65_536)
    }
}
