import Store
import Testing

@testable import Server

@Suite("OpenID Connect Core §5.5.1.1: acr")
struct ContextClassTests {
    private static let password = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

    @Test(
        "A client that asks gets the one class that there is, whichever it prefers; others get none",
        arguments: [
            ("acr_values", "1 2", true), ("acr_values", password, true),
            ("claims", #"{"id_token":{"acr":null}}"#, true),
            ("claims", #"{"id_token":{"acr":{"values":["urn:mace:incommon:iap:gold"]}}}"#, true),
            ("claims", #"{"id_token":{"acr":{"essential":true}}}"#, true),
            ("claims", #"{"id_token":{"acr":{"essential":true,"value":"\#(password)"}}}"#, true),
            ("claims", #"{"userinfo":{"acr":null}}"#, false), ("display", "page", false),
        ])
    func request(_ name: String, _ value: String, _ isAsked: Bool) async throws {
        let bench = try await AuthorizationBench()
        let browser = Browser()
        let shown = try await bench.complete(await bench.authorize([(name, value)], in: browser), in: browser)
        let grant = try await bench.stored(try #require(shown.parameters["code"])).grant
        #expect(grant.contextClass == (isAsked ? Self.password : nil))
    }

    @Test("The ID token has it")
    func idToken() async throws {
        let bench = try await AuthorizationBench.shared()
        let grant = AuthorizationGrantRecord(
            user: bench.alice.id, client: "web", scopes: ["openid"], session: "s", authenticatedAt: bench.clock.now,
            contextClass: Self.password, createdAt: bench.clock.now)
        let idTokens = IDTokens(issuer: AuthorizationBench.issuer, keys: bench.keys)
        let token = try idTokens.issue(
            to: AuthorizationBench.client("web"), grant, accessToken: [0x78], nonce: nil, claims: [:],
            at: bench.clock.now)
        let claims = OwnSignature(bench.keys.ring, issuer: AuthorizationBench.issuer).claims(of: token, type: .plain)
        #expect(claims?["acr"] == .string(Self.password))
    }

    @Test("A plain-HTTP issuer does not claim a protected connection, and the metadata lists the class")
    func metadata() async throws {
        for (issuer, name) in [("https://as.example", "PasswordProtectedTransport"), ("http://127.0.0.1", "Password")] {
            let bench = try await AuthorizationBench(issuer: issuer)
            let shown = await Browser().get("/.well-known/openid-configuration", nil, bench)
            let metadata = try JSONObject(parsing: shown.response.body)
            #expect(
                metadata["acr_values_supported"] == .array(["urn:oasis:names:tc:SAML:2.0:ac:classes:" + name]))
        }
    }
}
