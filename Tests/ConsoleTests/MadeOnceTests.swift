import Administration
import Pages
import TestSupport
import Testing

@testable import Console
@testable import Server

/// A page that shows a secret once is the answer to a form, which the browser sends again when the page is loaded again. The address of a calendar is in
/// `CalendarTests`.
@Suite("A form that makes something makes it once", .timeLimit(.minutes(5)))
struct MadeOnceTests {
    private static let tokenForm = AddRegistrationTokenPage.location
    private static let clientForm = RegisterClientPage.location
    private static let tokenFields = [
        (name: "maximum_uses", value: "2"), (name: "expires_in", value: "1h"), (name: "note", value: "Build"),
    ]

    private func tokens(_ bench: ConsoleBench) async throws -> [InitialAccessToken] {
        try await bench.store.initialAccessTokens.all()
    }

    private func clients(_ bench: ConsoleBench) async throws -> [ClientRecord] {
        try await bench.store.clients.page(after: nil, limit: 10)
    }

    @Test("A registration token: sent again, the form says so and leads to the token")
    func token() async throws {
        let bench = try await ConsoleBench()
        let ada = try await bench.browser(signedInAs: "ada")
        let page = await ada.open("/console" + Self.tokenForm)
        #expect(await ada.post(page, Self.tokenForm, [(name: "maximum_uses", value: "0")]).status == 400)
        #expect(await ada.post(page, Self.tokenForm, Self.tokenFields).html.contains("cs_iat_"))
        let made = try #require(try await tokens(bench).first)
        #expect(made.id.wholeMatch(of: /[0-9a-f]{8}/) != nil)
        for _ in 0..<2 {
            let again = await ada.post(page, Self.tokenForm, Self.tokenFields)
            #expect(again.status == 409 && again.title.contains("Made already \(made.id)"))
            #expect(again.html.contains("Its value was shown then only") && !again.html.contains("cs_iat_"))
            #expect(again.html.contains("href=\"/console\(RevokeTokenPage.path(of: made.id))\""))
        }
        #expect(try await tokens(bench) == [made])
        // Also after it was revoked.
        let revoke = RevokeTokenPage.path(of: made.id)
        #expect(await ada.post(await ada.open("/console" + revoke), revoke).status == 303)
        let gone = await ada.post(page, Self.tokenForm, Self.tokenFields)
        #expect(gone.status == 409 && gone.html.contains("It has been removed since."))
        #expect(try await tokens(bench).isEmpty)
        // The page opened again makes another one.
        let next = await ada.open("/console" + Self.tokenForm)
        #expect(await ada.post(next, Self.tokenForm, Self.tokenFields).status == 200)
        #expect(try await tokens(bench).count == 1)
    }

    @Test("Two forms that arrive at once make one token")
    func atOnce() async throws {
        let bench = try await ConsoleBench()
        let ada = try await bench.browser(signedInAs: "ada")
        let page = await ada.open("/console" + Self.tokenForm)
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { await ada.post(page, Self.tokenForm, Self.tokenFields).status } }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 7))
        #expect(try await tokens(bench).count == 1)
    }

    @Test("A client to which the server gives its ID (RFC 9562 §5.4)")
    func client() async throws {
        let bench = try await ConsoleBench()
        let ada = try await bench.browser(signedInAs: "ada")
        let page = await ada.open("/console" + Self.clientForm)
        #expect(await ada.post(page, Self.clientForm, FormSample.client).status == 303)
        let made = try #require(try await clients(bench).first)
        let uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
        #expect(made.id.text.wholeMatch(of: uuid) != nil)
        let again = await ada.post(page, Self.clientForm, FormSample.client)
        #expect(again.status == 409 && again.html.contains("href=\"/console\(ClientPage.path(of: made.id))\""))
        #expect(try await clients(bench).map(\.id) == [made.id])
        try await bench.store.clients.remove(made.id)
        #expect(await ada.post(page, Self.clientForm, FormSample.client).html.contains("removed since"))
        #expect(try await clients(bench).isEmpty)
    }

    @Test(
        "A value that the page has not given is refused, and said",
        arguments: [
            nil, "", "x", "AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB",
            "\"><script>alert(1)</script>",
        ])
    func refused(_ value: String?) async throws {
        let bench = try await ConsoleBench()
        let ada = try await bench.browser(signedInAs: "ada")
        for (path, fields) in [(Self.tokenForm, Self.tokenFields), (Self.clientForm, FormSample.client)] {
            let page = await ada.open("/console" + path)
            let bare = page.hidden("/console" + path).filter { $0.name != Once.field }
            let sent = value.map { [(name: Once.field, value: $0)] } ?? []
            let shown = await ada.send("POST", "/console" + path, form: bare + sent + fields)
            #expect(shown.status == 400 && shown.title.contains("The form was not accepted"), "\(path)")
            #expect(!shown.hasOtherScript)
        }
        #expect(try await tokens(bench).isEmpty)
        #expect(try await clients(bench).isEmpty)
    }

    @Test("A chosen value neither takes nor reveals another person's identifier")
    func chosen() async throws {
        let bench = try await ConsoleBench(people: [("ada", ["admin"]), ("bo", ["admin"])])
        let value = String(repeating: "A", count: 22)
        for name in ["ada", "bo", "ada"] {
            let browser = try await bench.browser(signedInAs: name)
            let page = await browser.open("/console" + Self.tokenForm)
            let bare = page.hidden("/console" + Self.tokenForm).filter { $0.name != Once.field }
            let form = bare + [(name: Once.field, value: value)] + Self.tokenFields
            #expect(await browser.send("POST", "/console" + Self.tokenForm, form: form).status == 200)
            #expect(await browser.send("POST", "/console" + Self.tokenForm, form: form).status == 409)
        }
        // Of two sign-ins of one person, too.
        #expect(Set(try await tokens(bench).map(\.id)).count == 3)
        #expect(try await !tokens(bench).contains { $0.id == "00000000" })
    }

    @Test("A secret of a client: sent again, the form says that it was shown")
    func secret() async throws {
        let bench = try await ConsoleBench(people: [("ada", ["admin"]), ("bo", ["admin"])])
        var record = ClientRecord(id: "wiki", name: "Wiki", createdAt: bench.clock.now)
        record.authenticationMethod = .clientSecretBasic
        try await bench.store.clients.add(record, keys: [])
        func secrets() async throws -> [ClientSecretRecord] {
            try #require(try await bench.store.clients.registration(of: "wiki")).client.secrets
        }
        let ada = try await bench.browser(signedInAs: "ada")
        let path = "/clients/wiki/secrets"
        let page = await ada.open("/console" + path)
        // What is changed elsewhere is not what this form is about.
        record.name = "Renamed"
        try await bench.store.clients.replace(record)
        let made = await ada.post(page, path, [(name: "add", value: "yes")])
        #expect(made.status == 200 && made.html.contains("cs_cs_"))
        for _ in 0..<2 {
            let again = await ada.post(page, path, [(name: "add", value: "yes")])
            #expect(again.status == 409 && again.html.contains("Made already"))
            #expect(again.html.contains("You made a secret at") && !again.html.contains("cs_cs_"))
            #expect(again.html.contains("See what was changed"))
        }
        #expect(try await secrets().count == 1)
        // Another person who has the page open is told who made it, and the page as it is now can make another one.
        let bo = try await bench.browser(signedInAs: "bo")
        let field = await bo.open("/console" + path).hidden("/console" + path).filter { $0.name != Basis.field }
        let basis = page.hidden("/console" + path).filter { $0.name == Basis.field }
        let told = await bo.send("POST", "/console" + path, form: field + basis + [(name: "add", value: "yes")])
        #expect(told.status == 409 && told.html.contains("ada made a secret at"))
        let now = try #require(told.html.firstMatch(of: /name="made_from" value="([^"]+)"/)).1
        let form = field + [(name: Basis.field, value: String(now)), (name: "add", value: "yes")]
        #expect(await bo.send("POST", "/console" + path, form: form).status == 200)
        #expect(try await secrets().count == 2)
    }
}
