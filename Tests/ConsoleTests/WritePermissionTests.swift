import Pages
import TestSupport
import Testing

@testable import Console
@testable import Server

/// Who may send the forms of the console, for each page that takes forms.
@Suite("A form of the console is for administrators alone", .timeLimit(.minutes(5)))
struct WritePermissionTests {
    @Test("A page that takes forms has a sample here")
    func complete() {
        let known = Set(FormSample.all.map(\.page))
        for page in Console.pages where page.takesForms { #expect(known.contains(page.path), "\(page.path)") }
    }

    @Test("What needs no recent sign-in gives no access, and takes away only what can be given back at once")
    func insensitive() {
        let pages = Console.pages.filter { $0.takesForms && !$0.isSensitive }.map(\.path)
        #expect(Set(pages) == ["/clients/{client}", "/people/{person}", "/key-sets/test", "/debugger"])
    }

    @Test(
        "Of a viewer it is refused, and accepted once the same browser is an administrator's", arguments: FormSample.all
    )
    func viewer(_ sample: FormSample) async throws {
        let bench = try await FormSample.bench()
        try await sample.given(bench)
        let form = try await sample.filled(bench)
        let (ada, vic) = (try await bench.browser(signedInAs: "ada"), try await bench.browser(signedInAs: "vic"))
        // A viewer's pages do not have the form. Its hidden fields are those that an administrator sees, with the viewer's own key.
        let shown = await form.open(ada)
        #expect(shown.status == 200)
        let page = await vic.open("/console")
        let key = page.hidden("/console/sign-out")
        #expect(key.map(\.name) == [FormProtection.field])
        let hidden = key + shown.hidden("/console" + form.path).filter { $0.name != FormProtection.field }

        var before = try await bench.changeCount()
        let refused = await form.send(hidden, from: page, by: vic)
        #expect(refused.status == 403 && refused.html.contains("Only administrators can do this"))
        let tooLong = await vic.send("POST", "/console" + form.path, body: .tooLarge(limit: 65_536))
        #expect(tooLong.status == 403 && tooLong.html.contains("Only administrators can do this"))
        #expect(try await bench.changeCount() == before)

        try await bench.change("vic") { $0.groups = ["admin"] }
        before = try await bench.changeCount()
        let accepted = await form.send(hidden, from: page, by: vic)
        #expect(accepted.status == 303 || accepted.status == 200)
        #expect((try await bench.changeCount() > before) == sample.changesStore)
    }

    private static let sensitive = FormSample.all.filter { sample in
        Console.pages.contains { $0.path == sample.page && $0.isSensitive }
    }

    @Test(
        "It does nothing after a sign-in of more than ten minutes ago, if what it does is sensitive",
        arguments: sensitive)
    func oldSignIn(_ sample: FormSample) async throws {
        let bench = try await FormSample.bench()
        try await sample.given(bench)
        let form = try await sample.filled(bench)
        let ada = try await bench.browser(signedInAs: "ada")
        let page = await form.open(ada)
        bench.clock.advance(by: .seconds(660))
        let before = try await bench.changeCount()
        let refused = await form.send(from: page, by: ada)
        #expect(refused.status != 200)
        #expect(refused.header("Location")?.contains("notice=") != true)
        #expect(!refused.html.contains("notice ok"))
        #expect(try await bench.changeCount() == before)

        // The time was the only reason.
        _ = try await ada.signIn(as: "ada", at: form.path)
        let accepted = await form.send(from: await form.open(ada), by: ada)
        #expect(accepted.status == 303 || accepted.status == 200)
        #expect(try await bench.changeCount() > before)
    }
}
