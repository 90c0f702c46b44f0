import Administration
import TestSupport
import Testing

@testable import Console
@testable import Server

/// Every page that changes what it has shown: of two administrators who opened it, the second sees what the first has changed.
@Suite("The second of two administrators never wins silently", .timeLimit(.minutes(5)))
struct LostUpdateTests {
    private static let comparing = FormSample.all.filter { sample in
        if case .refuses = sample.comparison { true } else { false }
    }

    @Test("but sees that something was changed, and decides again", arguments: comparing)
    func changed(_ sample: FormSample) async throws {
        guard case .refuses(let heading, let change) = sample.comparison else { return }
        let bench = try await FormSample.bench()
        try await sample.given(bench)
        let browser = try await bench.browser(signedInAs: "ada")
        let form = try await sample.filled(bench)
        let action = "/console" + form.path
        let page = await form.open(browser)
        #expect(page.status == 200)
        // A form field can be left out by who sends it: then it was made from nothing.
        let bare = page.hidden(action).filter { $0.name != Basis.field && $0.name != DeleteEntryPage.field }
        let before = try await bench.changeCount()
        let withoutBasis = await browser.send("POST", action, form: bare + form.fields)
        #expect(withoutBasis.status == 409)
        #expect(try await bench.changeCount() == before)

        try await change(bench)
        let changed = try await bench.changeCount()
        #expect(changed > before)
        let answer = await form.send(from: page, by: browser)
        #expect(answer.status == 409)
        #expect(answer.html.contains(heading))
        #expect(try await bench.changeCount() == changed)
        // What is shown now can be decided about.
        guard answer.hidden(action).contains(where: { $0.name == Basis.field }) else { return }
        let isForm = sample.page.hasSuffix("/edit")
        #expect(answer.html.contains(isForm ? "Saved now:" : "See what was changed"))
        // The change log tells passwords and addresses of calendars apart by their time.
        bench.clock.advance(by: .seconds(2))
        let again = await form.send(from: answer, by: browser)
        #expect(again.status == 303 || again.status == 200)
        #expect(try await bench.changeCount() > changed)
    }
}
