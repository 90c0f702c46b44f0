import Countersign
import Testing

/// Modules of the plans A (basic OP) and B (form post OP): sign-ins that must succeed. Each test has the name of its module.
@Suite("Conformance: basic sign-ins")
struct BasicFlowTests {
    @Test("oidcc-server", arguments: ResponseMode.allCases)
    func server(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let browser = server.browser()
        let signIn = try await party.signIn(in: browser)
        #expect(browser.pages.map(\.kind) == [.signIn, .consent])
        try StandardClaims.check(
            try await party.userInfo(signIn.accessToken), subject: signIn.idToken.subject, scopes: [])
        // Conformance demands it of no code flow; clients use it all the same.
        #expect(signIn.idToken.claims["at_hash"] != nil)
    }

    @Test("oidcc-response-type-missing", arguments: ResponseMode.allCases)
    func responseTypeMissing(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let browser = server.browser()
        let error = try await party.error(party.request([("response_type", nil)]), in: browser)
        #expect(["unsupported_response_type", "invalid_request"].contains(error))
        #expect(browser.pages.isEmpty)
    }

    @Test("oidcc-idtoken-signature", arguments: ResponseMode.allCases)
    func idTokenSignature(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode) { $0.signIn.idTokenAlgorithm = nil }
        let header = try await party.signIn(in: server.browser()).idToken.jws.header
        #expect(header.algorithm == .rs256)
        #expect(header.keyID != nil)
    }

    @Test("oidcc-idtoken-unsigned")
    func idTokenUnsigned() async throws {
        let metadata = try await ConformanceServer.shared().metadata()
        guard case .array(let algorithms)? = metadata["id_token_signing_alg_values_supported"] else {
            throw TestFailure("no id_token_signing_alg_values_supported")
        }
        #expect(!algorithms.contains("none"))
    }

    @Test("oidcc-ensure-request-without-nonce-succeeds-for-code-flow", arguments: ResponseMode.allCases)
    func withoutNonce(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let signIn = try await party.signIn([("nonce", nil)], in: server.browser())
        #expect(signIn.idToken.claims["nonce"] == nil)
    }

    @Test("oidcc-alternate-happy-flow", arguments: ResponseMode.allCases)
    func alternateOrder(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let request = Array(party.request([("scope", "email openid")]).reversed())
        let code = try await party.code(request, in: server.browser())
        let nonce = request.first { $0.0 == "nonce" }?.1
        let signIn = try SignIn(try await party.redeem(code), nonce: nonce, at: party)
        let userInfo = try await party.userInfo(signIn.accessToken)
        try StandardClaims.check(userInfo, subject: signIn.idToken.subject, scopes: ["email"])
    }

    /// Parameters that a server may ignore and must not refuse.
    private static let optional: [(module: String, name: String, value: String)] = [
        ("oidcc-display-page", "display", "page"), ("oidcc-display-popup", "display", "popup"),
        ("oidcc-ensure-request-with-unknown-parameter-succeeds", "extra", "foobar"),
        ("oidcc-login-hint", "login_hint", "buffy@as.example"), ("oidcc-ui-locales", "ui_locales", "se"),
        ("oidcc-claims-locales", "claims_locales", "se"),
    ]

    private func succeeds(_ module: String, _ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let parameter = try #require(Self.optional.first { $0.module == module })
        _ = try await party.signIn([(parameter.name, parameter.value)], in: server.browser())
    }

    @Test("oidcc-display-page", arguments: ResponseMode.allCases)
    func displayPage(_ mode: ResponseMode) async throws { try await succeeds("oidcc-display-page", mode) }

    @Test("oidcc-display-popup", arguments: ResponseMode.allCases)
    func displayPopup(_ mode: ResponseMode) async throws { try await succeeds("oidcc-display-popup", mode) }

    @Test("oidcc-ensure-request-with-unknown-parameter-succeeds", arguments: ResponseMode.allCases)
    func unknownParameter(_ mode: ResponseMode) async throws {
        try await succeeds("oidcc-ensure-request-with-unknown-parameter-succeeds", mode)
    }

    @Test("oidcc-login-hint", arguments: ResponseMode.allCases)
    func loginHint(_ mode: ResponseMode) async throws { try await succeeds("oidcc-login-hint", mode) }

    @Test("oidcc-ui-locales", arguments: ResponseMode.allCases)
    func uiLocales(_ mode: ResponseMode) async throws { try await succeeds("oidcc-ui-locales", mode) }

    @Test("oidcc-claims-locales", arguments: ResponseMode.allCases)
    func claimsLocales(_ mode: ResponseMode) async throws { try await succeeds("oidcc-claims-locales", mode) }

    @Test("oidcc-ensure-request-with-acr-values-succeeds", arguments: ResponseMode.allCases)
    func contextClasses(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        var values = ["1", "2"]
        if case .array(let supported)? = party.metadata["acr_values_supported"] {
            values = supported.compactMap { if case .string(let text) = $0 { text.text } else { nil } }
        }
        let signIn = try await party.signIn([("acr_values", values.joined(separator: " "))], in: server.browser())
        if party.metadata["acr_values_supported"] != nil {
            #expect(values.contains(signIn.idToken.claims.string("acr")?.text ?? "none"))
        }
    }

    @Test("oidcc-ensure-request-with-valid-pkce-succeeds", arguments: ResponseMode.allCases)
    func proofKey(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        // RFC 7636 appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let request = party.request([
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
        ])
        let code = try await party.code(request, in: server.browser())
        let nonce = request.first { $0.0 == "nonce" }?.1
        _ = try SignIn(try await party.redeem(code, [("code_verifier", verifier)]), nonce: nonce, at: party)
    }

    @Test("oidcc-ensure-post-request-succeeds", arguments: ResponseMode.allCases)
    func posted(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        // The suite runs this after other modules: the browser may have a session, and a cross-site POST carries no Lax cookie.
        let browser = server.browser()
        for pages in [[WebPage.Kind.signIn, .consent], []] {
            let before = browser.pages.count
            let request = party.request()
            let landing = try await browser.post(try party.endpoint("authorization_endpoint"), request)
            let response = try await Person().walkOn(browser, from: landing).response
            try party.check(response, to: request)
            let answer = try await party.redeem(try #require(response["code"]))
            _ = try SignIn(answer, nonce: request.first { $0.0 == "nonce" }?.1, at: party)
            #expect(browser.pages.dropFirst(before).map(\.kind) == pages)
        }
    }

    @Test("oidcc-ensure-client-assertion-with-iss-aud-succeeds")
    func issuerAsAudience() async throws {
        let server = try await ConformanceServer.shared()
        var party = try await server.relyingParty()
        party.audience = server.issuer
        _ = try await party.signIn(in: server.browser())
    }

    @Test("oidcc-server-client-secret-post", arguments: ResponseMode.allCases)
    func secretInForm(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode, authentication: .clientSecretPost)
        _ = try await party.signIn(in: server.browser())
    }

    @Test("oidcc-idtoken-rs256")
    func idTokenRS256() async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty { $0.signIn.idTokenAlgorithm = .rs256 }
        #expect(try await party.signIn(in: server.browser()).idToken.jws.header.algorithm == .rs256)
    }

    @Test("A nonce of 384 characters and a state of 1000 come back whole", arguments: ResponseMode.allCases)
    func long(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let long = [("nonce", RelyingParty.random(384)), ("state", RelyingParty.random(1000))]
        _ = try await party.signIn(long.map { ($0.0, Optional($0.1)) }, in: server.browser())
    }
}
