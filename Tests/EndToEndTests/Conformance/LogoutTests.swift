import Countersign
import Testing

/// The modules of plan E: logout that a client begins.
@Suite("Conformance: RP-initiated logout")
struct LogoutConformanceTests {
    /// A client with a signed-in person.
    private struct Setting {
        let party: RelyingParty
        let browser: Browser
        let signIn: SignIn

        init() async throws {
            let server = try await ConformanceServer.shared()
            party = try await server.relyingParty { $0.signIn.postLogoutRedirectURIs = [RelyingParty.logoutURI] }
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

    @Test("oidcc-rp-initiated-logout-discovery-endpoint-verification")
    func discovery() async throws {
        let metadata = try await ConformanceServer.shared().metadata()
        #expect(metadata.string("end_session_endpoint")?.text.hasPrefix("https://") == true)
    }

    @Test("oidcc-rp-initiated-logout")
    func logout() async throws {
        let setting = try await Setting()
        #expect(try await setting.isSignedIn())
        let response = try await setting.logOut([("state", "one two/three")]).response
        #expect(response.location.hasPrefix(RelyingParty.logoutURI + "?"))
        #expect(response.names == ["state"])
        #expect(response["state"] == "one two/three")
        #expect(try await !setting.isSignedIn())
    }

    @Test("oidcc-rp-initiated-logout-no-state")
    func withoutState() async throws {
        let setting = try await Setting()
        let response = try await setting.logOut([("state", nil)]).response
        #expect(response.location == RelyingParty.logoutURI)
        #expect(try await !setting.isSignedIn())
    }

    @Test("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri")
    func badURI() async throws {
        let setting = try await Setting()
        _ = try await setting.expectPage([("post_logout_redirect_uri", RelyingParty.logoutURI + "/other")])
    }

    @Test("oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri")
    func queryAdded() async throws {
        let setting = try await Setting()
        _ = try await setting.expectPage([("post_logout_redirect_uri", RelyingParty.logoutURI + "?foo=bar")])
    }

    @Test("oidcc-rp-initiated-logout-modified-id-token-hint")
    func modifiedHint() async throws {
        let setting = try await Setting()
        let header: JSONObject = ["alg": "none"]
        let payload = setting.signIn.idToken.text.split(separator: ".")[1]
        let hint = Base64URL.encode(header.rendered()) + "." + payload + "."
        _ = try await setting.expectPage([("id_token_hint", hint)])
    }

    /// Signed by the client's own key, with `iss` and `aud` exchanged.
    @Test("oidcc-rp-initiated-logout-bad-id-token-hint")
    func foreignHint() async throws {
        let setting = try await Setting()
        var claims = setting.signIn.idToken.claims
        claims.set("iss", .string(setting.party.id))
        claims.set("aud", .string(setting.party.server.issuer))
        let hint = try CompactJWS.sign(
            header: ["alg": "RS256", "kid": "k1"], payload: claims.rendered(), key: TestClients.rsaKey,
            algorithm: .rs256)
        _ = try await setting.expectPage([("id_token_hint", hint)])
    }

    @Test("oidcc-rp-initiated-logout-no-id-token-hint")
    func withoutHint() async throws {
        let setting = try await Setting()
        _ = try await setting.expectPage([("id_token_hint", nil)])
    }

    @Test("oidcc-rp-initiated-logout-no-params")
    func withoutParameters() async throws {
        let setting = try await Setting()
        _ = try await setting.expectPage([
            ("id_token_hint", nil), ("post_logout_redirect_uri", nil), ("state", nil),
        ])
        #expect(try await !setting.isSignedIn())
    }

    @Test("oidcc-rp-initiated-logout-only-state")
    func onlyState() async throws {
        let setting = try await Setting()
        _ = try await setting.expectPage([("id_token_hint", nil), ("post_logout_redirect_uri", nil)])
        #expect(try await !setting.isSignedIn())
    }

    @Test("oidcc-rp-initiated-logout-no-post-logout-redirect-uri")
    func withoutURI() async throws {
        let setting = try await Setting()
        _ = try await setting.expectPage([("post_logout_redirect_uri", nil)])
        #expect(try await !setting.isSignedIn())
    }
}
