import Countersign
import Testing

/// Modules about UserInfo and the scopes that ask for claims.
@Suite("Conformance: UserInfo")
struct UserInfoConformanceTests {
    private func expectUserInfo(_ mode: ResponseMode, in place: RelyingParty.TokenPlace) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let signIn = try await party.signIn(in: server.browser())
        let answer = try await party.userInfo(signIn.accessToken, in: place)
        try StandardClaims.check(answer, subject: signIn.idToken.subject, scopes: [])
    }

    @Test("oidcc-userinfo-get", arguments: ResponseMode.allCases)
    func get(_ mode: ResponseMode) async throws { try await expectUserInfo(mode, in: .header) }

    @Test("oidcc-userinfo-post-header", arguments: ResponseMode.allCases)
    func postHeader(_ mode: ResponseMode) async throws { try await expectUserInfo(mode, in: .headerOfPost) }

    @Test("oidcc-userinfo-post-body", arguments: ResponseMode.allCases)
    func postBody(_ mode: ResponseMode) async throws { try await expectUserInfo(mode, in: .form) }

    /// Item 20 of what fails most often; no module of these plans sends it.
    @Test("refuses a token in the query")
    func query() async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty()
        let signIn = try await party.signIn(in: server.browser())
        #expect([400, 401].contains(try await party.userInfo(signIn.accessToken, in: .query).status))
    }

    private func expectClaims(_ mode: ResponseMode, of scopes: [String]) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        guard case .array(let supported)? = party.metadata["scopes_supported"] else { throw TestFailure("no scopes") }
        for scope in ["openid"] + scopes { #expect(supported.contains(.string(scope)), "\(scope)") }
        let scope = (["openid"] + scopes).joined(separator: " ")
        let signIn = try await party.signIn([("scope", scope)], in: server.browser())
        let answer = try await party.userInfo(signIn.accessToken)
        try StandardClaims.check(answer, subject: signIn.idToken.subject, scopes: scopes)
    }

    @Test("oidcc-scope-profile", arguments: ResponseMode.allCases)
    func profile(_ mode: ResponseMode) async throws { try await expectClaims(mode, of: ["profile"]) }

    @Test("oidcc-scope-email", arguments: ResponseMode.allCases)
    func email(_ mode: ResponseMode) async throws { try await expectClaims(mode, of: ["email"]) }

    @Test("oidcc-scope-address", arguments: ResponseMode.allCases)
    func address(_ mode: ResponseMode) async throws { try await expectClaims(mode, of: ["address"]) }

    @Test("oidcc-scope-phone", arguments: ResponseMode.allCases)
    func phone(_ mode: ResponseMode) async throws { try await expectClaims(mode, of: ["phone"]) }

    @Test("oidcc-scope-all", arguments: ResponseMode.allCases)
    func all(_ mode: ResponseMode) async throws {
        try await expectClaims(mode, of: ["profile", "email", "address", "phone"])
    }

    @Test("oidcc-claims-essential", arguments: ResponseMode.allCases)
    func essential(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let claims = #"{"userinfo":{"name":{"essential":true}}}"#
        // The ID token is checked to have no claim that nobody asked for.
        let signIn = try await party.signIn([("claims", claims)], in: server.browser())
        let answer = try await party.userInfo(signIn.accessToken)
        try StandardClaims.check(answer, subject: signIn.idToken.subject, scopes: [], extra: ["name"])
    }

    @Test("oidcc-userinfo-rs256")
    func signed() async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty { $0.signIn.userInfoAlgorithm = .rs256 }
        let signIn = try await party.signIn(in: server.browser())
        let answer = try await party.userInfo(signIn.accessToken)
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"]?.hasPrefix("application/jwt") == true)
        let jws = try CompactJWS(parsing: answer.body)
        let key = try #require(party.keys.first { $0.keyID == jws.header.keyID }).key
        #expect(key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: .rs256))
        let claims = try JSONObject(parsing: jws.payload)
        #expect(claims.string("sub")?.text == signIn.idToken.subject)
        #expect(claims.string("iss")?.text == server.issuer)
        #expect(claims["aud"] == .string(party.id))
        #expect(claims["nonce"] == nil)
        guard case .array(let algorithms)? = party.metadata["userinfo_signing_alg_values_supported"] else {
            throw TestFailure("no userinfo_signing_alg_values_supported")
        }
        #expect(algorithms.contains("RS256"))
    }
}
