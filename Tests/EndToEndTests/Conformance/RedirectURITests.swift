import Countersign
import Testing

/// Modules about redirect URIs. A page must be shown, and the browser must not leave for any address.
@Suite("Conformance: redirect URIs")
struct RedirectURIConformanceTests {
    /// Asks, and expects a page that says what is wrong.
    private func expectPage(_ party: RelyingParty, _ changes: [(String, String?)]) async throws {
        let browser = party.server.browser()
        let page = try await party.authorize(party.request(changes), in: browser).page
        #expect(page.status == 400)
        #expect(page.isHTML)
        #expect(page.kind == .other)
        #expect(!page.text.contains("http-equiv"))
        // Nothing on the page leads to the client.
        for tag in HTMLTag.all(in: page.text) {
            for name in ["href", "action"] {
                #expect(tag.attributes[name]?.hasPrefix("https://client.example") != true, "\(tag)")
            }
        }
    }

    @Test("oidcc-ensure-registered-redirect-uri", arguments: ResponseMode.allCases)
    func unregistered(_ mode: ResponseMode) async throws {
        let party = try await ConformanceServer.shared().relyingParty(mode: mode)
        try await expectPage(party, [("redirect_uri", RelyingParty.redirectURI + "/" + RelyingParty.random(8))])
    }

    @Test("oidcc-ensure-redirect-uri-in-authorization-request")
    func missing() async throws {
        let party = try await ConformanceServer.shared().relyingParty {
            $0.signIn.redirectURIs = [RelyingParty.redirectURI, RelyingParty.redirectURI + "2"]
        }
        try await expectPage(party, [("redirect_uri", nil)])
    }

    @Test("oidcc-redirect-uri-query-OK")
    func queryKept() async throws {
        let server = try await ConformanceServer.shared()
        var party = try await server.relyingParty { $0.signIn.redirectURIs = [RelyingParty.redirectURI + "?bar=foo"] }
        party.redirectURI += "?bar=foo"
        let request = party.request()
        let response = try await party.authorize(request, in: server.browser()).response
        try party.check(response, to: request)
        #expect(response.location.hasPrefix(RelyingParty.redirectURI + "?bar=foo&"))
        #expect(response["bar"] == "foo")
        let nonce = request.first { $0.0 == "nonce" }?.1
        _ = try SignIn(try await party.redeem(try #require(response["code"])), nonce: nonce, at: party)
    }

    @Test("oidcc-redirect-uri-query-mismatch")
    func anotherQuery() async throws {
        let party = try await ConformanceServer.shared().relyingParty {
            $0.signIn.redirectURIs = [RelyingParty.redirectURI + "?foo=bar"]
        }
        try await expectPage(party, [("redirect_uri", RelyingParty.redirectURI + "?bar=foo")])
    }

    @Test("oidcc-redirect-uri-query-added")
    func queryAdded() async throws {
        let party = try await ConformanceServer.shared().relyingParty()
        try await expectPage(party, [("redirect_uri", RelyingParty.redirectURI + "?foo=bar")])
    }
}
