import Countersign
import Store
import Testing

/// A client with a signed-in person.
struct LogoutSetting {
    let party: RelyingParty
    let browser: Browser
    let signIn: SignIn

    /// - Parameter change: changes the client.
    init(
        _ server: ConformanceServer? = nil, _ change: @escaping @Sendable (inout ClientRecord) -> Void = { _ in }
    ) async throws {
        let server = if let server { server } else { try await ConformanceServer.shared() }
        party = try await server.relyingParty { client in
            client.signIn.postLogoutRedirectURIs = [RelyingParty.logoutURI]
            change(&client)
        }
        browser = server.browser()
        signIn = try await party.signIn(in: browser)
    }

    /// Calls the end session endpoint; the person confirms if asked.
    func logOut(_ changes: [(String, String?)] = []) async throws -> Landing {
        var parameters: [(String, String?)] = [
            ("id_token_hint", signIn.idToken.text), ("post_logout_redirect_uri", RelyingParty.logoutURI),
            ("state", RelyingParty.random(10)),
        ]
        for (name, value) in changes {
            parameters.removeAll { $0.0 == name }
            parameters.append((name, value))
        }
        let sent = parameters.compactMap { name, value in value.map { (name, $0) } }
        let query = sent.isEmpty ? "" : "?" + TestServer.encode(sent)
        return try await Person().walk(browser, to: try party.endpoint("end_session_endpoint") + query)
    }

    /// Whether the browser still has a session.
    func isSignedIn() async throws -> Bool {
        let request = party.request([("prompt", "none")])
        let response = try await party.authorize(request, in: browser).response
        try party.check(response, to: request)
        if let error = response["error"] { #expect(PromptConformanceTests.siblings.contains(error)) }
        return response["code"] != nil
    }

    /// Expects a page, from which nothing leads to the client.
    func expectPage(_ changes: [(String, String?)]) async throws -> WebPage {
        let page = try await logOut(changes).page
        #expect(page.isHTML)
        for tag in HTMLTag.all(in: page.text) {
            for name in ["href", "action"] {
                #expect(tag.attributes[name]?.hasPrefix("https://client.example") != true, "\(tag)")
            }
        }
        return page
    }
}
