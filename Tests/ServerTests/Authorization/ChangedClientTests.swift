import Store
import TestSupport
import Testing

@testable import Server

@Suite("What the person allows is what the page showed")
struct ChangedClientTests {
    /// Opens the consent page of a request as Alice.
    private static func consent(
        _ bench: AuthorizationBench, _ changes: [(String, String?)], in browser: Browser
    ) async throws -> ConsentPage {
        let page = try #require(await bench.authorize(changes, in: browser).signIn)
        let signedIn = await browser.post(
            page.action,
            page.hidden + [HiddenField("user", "alice"), HiddenField("password", AuthorizationBench.password)], bench)
        return try #require(await browser.follow(signedIn, bench).consent)
    }

    private static func allow(_ page: ConsentPage, _ bench: AuthorizationBench, in browser: Browser) async -> Shown {
        await browser.post(page.action, page.hidden + [HiddenField("answer", "allow")], bench)
    }

    @Test(
        "A change of the client between page and answer shows the page again",
        arguments: [
            ("scope", nil, ["email"]), ("claims", #"{"userinfo":{"email":null}}"#, ["email"]),
            // More than one scope is no other way to write one.
            ("scope", nil, ["email", "groups"]),
        ] as [(String, String?, [String])])
    func scopes(_ name: String, _ value: String?, _ added: [String]) async throws {
        let bench = try await AuthorizationBench()
        let browser = Browser()
        let first = try await Self.consent(bench, [(name, value)], in: browser)
        #expect(!first.scopes.contains("email"))
        var client = try #require(try await bench.store.clients.registration(of: ClientID("web"))?.client)
        client.scopes += added
        try await bench.store.clients.replace(client)
        let again = await Self.allow(first, bench, in: browser)
        #expect(again.parameters["code"] == nil)
        #expect(try await bench.store.consents.consents(of: bench.alice.id).isEmpty)
        let second = try #require(await browser.follow(again, bench).consent)
        #expect(second.scopes == first.scopes + (name == "claims" ? ["email"] : added))
        #expect(await Self.allow(second, bench, in: browser).parameters["code"] != nil)
    }

    @Test("A metadata document that drops its scope meanwhile does not get every scope")
    func document() async throws {
        let bench = try await AuthorizationBench(settings: {
            $0.clientMetadata.isEnabled = true
            $0.clientMetadata.allowedHosts = ["client.example"]
            $0.clientMetadata.scopes = ["openid", "email", "write"]
            $0.keySets.grace = .seconds(60)
        })
        func publish(_ scope: JSONValue?) throws {
            let document = try MetadataBench.document(changes: [
                ("grant_types", ["authorization_code"]), ("scope", scope),
                ("redirect_uris", ["https://client.example/cb"]),
            ])
            bench.reader.answer(MetadataBench.url, .received(document, etag: nil, lifetime: nil))
        }
        try publish("openid")
        let browser = Browser()
        let request: [(String, String?)] = [
            ("client_id", MetadataBench.url.text), ("redirect_uri", "https://client.example/cb"), ("scope", nil),
        ]
        let first = try await Self.consent(bench, request, in: browser)
        #expect(first.scopes == ["openid"])
        try publish(nil)
        bench.clock.advance(by: .seconds(1800))
        let again = await Self.allow(first, bench, in: browser)
        #expect(again.parameters["code"] == nil)
        #expect(await browser.follow(again, bench).consent?.scopes == ["openid", "email", "write"])
    }
}
