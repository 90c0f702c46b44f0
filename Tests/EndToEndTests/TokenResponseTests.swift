import Countersign
import Server
import Foundation
import TestSupport
import Testing

@Suite("The token response, RFC 6749 §5.1 and RFC 9068", .ownThreads)
struct TokenResponseTests {
    @Test(
        "RFC 9068 §2: a JWT access token names issuer, client, audience and scope, and verifies with the published key")
    func accessToken() async throws {
        let server = try await TestServer.shared()
        let answer = try await server.token(try Assertion().signed(), [("scope", "read")])
        #expect(answer.status == 200)
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer["token_type"] == "Bearer")
        #expect(answer["scope"] == "read")
        #expect(answer.object["expires_in"] == .number(3600))

        let jws = try CompactJWS(parsing: Array(try #require(answer["access_token"]).utf8))
        #expect(jws.header.type == "at+jwt")
        #expect(jws.header.algorithm == .es256)
        let keys = try JWKSet(parsing: try await server.send("GET", "/oauth2/jwks").body)
        let key = try #require(keys.keys.first { $0.keyID == jws.header.keyID })
        #expect(key.key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: .es256))
        let claims = try JSONObject(parsing: jws.payload)
        #expect(claims["iss"] == .string(TestServer.issuer))
        #expect(claims["aud"] == .string(TestServer.issuer))
        #expect(claims["sub"] == "billing")
        #expect(claims["client_id"] == "billing")
        #expect(claims["scope"] == "read")
        let now = TestServer.now.seconds
        #expect(claims["iat"] == .number(now))
        #expect(claims["exp"] == .number(now + 3600))
        #expect(claims["jti"] != nil)
    }

    @Test("Only this server can decrypt an opaque token, and none of it is stored")
    func opaque() async throws {
        let server = try await TestServer.shared()
        let answer = try await server.token(try Assertion(client: "opaque").signed(), [("scope", "read")])
        let token = try #require(answer["access_token"])
        #expect(token.wholeMatch(of: /cs_at_[A-Za-z0-9_-]{139,}/) != nil)
        #expect(answer.object["expires_in"] == .number(120))

        let opened = try server.opaqueTokens.unseal(Array(token.utf8), at: TestServer.now)
        #expect(opened.client == ClientID("opaque"))
        #expect(
            opened.keyThumbprint.map(Base64URL.encode) == TestClients.key.verificationKey.thumbprint)
        #expect((opened.grant, opened.scope.tokens) == (.clientCredentials, ["read"]))
        #expect(opened.audiences == [TestServer.issuer])
        #expect((opened.issuedAt, opened.expiry) == (TestServer.now, TestServer.now + .seconds(120)))
        #expect(throws: OpaqueTokenFault.expired) {
            try server.opaqueTokens.unseal(Array(token.utf8), at: TestServer.now + .seconds(120))
        }

        let other = try await TestServer(clients: [])
        #expect(throws: OpaqueTokenFault.notAuthentic) {
            try other.opaqueTokens.unseal(Array(token.utf8), at: TestServer.now)
        }
        try await other.stop()
        for part in [Data(token.utf8), Data(token.utf8.suffix(64)), Data(opened.id), Data(opened.keyThumbprint ?? [])] {
            #expect(try await server.storeFilesContain(part) == false)
        }
    }

    @Test(
        "RFC 6749 §3.3: a client gets the registered scopes it requests, or all of them without a request",
        arguments: [
            (nil, "read write"), ("read", "read"), ("write read", "write read"), ("read read", "read"),
            ("openid", "read write"), ("openid read", "read"), ("admin", nil), ("read admin", nil), ("READ", nil),
        ] as [(String?, String?)])
    func scope(_ requested: String?, _ granted: String?) async throws {
        let server = try await TestServer.shared()
        let answer = try await server.token(try Assertion().signed(), requested.map { [("scope", $0)] } ?? [])
        #expect(answer.status == (granted == nil ? 400 : 200))
        #expect(answer["scope"] == granted)
        if granted == nil { #expect(answer["error"] == "invalid_scope") }
    }

    @Test("A client without the grant gets unauthorized_client")
    func unauthorizedClient() async throws {
        let server = try await TestServer.shared()
        let answer = try await server.token(try Assertion(client: "grantless").signed())
        #expect((answer.status, answer["error"]) == (400, "unauthorized_client"))
    }

    @Test(
        "RFC 8414 §2: the metadata advertises what works",
        arguments: [
            "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
        ])
    func metadata(_ path: String) async throws {
        let server = try await TestServer.shared()
        let answer = try await server.send("GET", path)
        #expect(answer.status == 200)
        #expect(answer["issuer"] == TestServer.issuer)
        #expect(answer["token_endpoint"] == "\(TestServer.issuer)/oauth2/token")
        #expect(answer["jwks_uri"] == "\(TestServer.issuer)/oauth2/jwks")
        #expect(answer.object["token_endpoint_auth_methods_supported"] == .array(["private_key_jwt", "none"]))
        #expect(
            answer.object["grant_types_supported"]
                == .array(["authorization_code", "refresh_token", "client_credentials"]))
        guard case .array(let algorithms)? = answer.object["token_endpoint_auth_signing_alg_values_supported"] else {
            Issue.record("no algorithms")
            return
        }
        #expect(algorithms.contains("ES256") && algorithms.contains("Ed25519") && !algorithms.contains("none"))
    }

    @Test("Health checks succeed", arguments: ["/health/live", "/health/ready"])
    func health(_ path: String) async throws {
        let server = try await TestServer.shared()
        #expect(try await server.send("GET", path).status == 200)
        #expect(try await server.send("HEAD", path).body.isEmpty)
    }

    @Test("Every rejection code has a page in HTML and in Markdown", arguments: RejectionCode.allCases)
    func errorPage(_ code: RejectionCode) async throws {
        let server = try await TestServer.shared()
        let markdown = try await server.send("GET", "/errors/\(code.rawValue)")
        #expect(markdown.status == 200)
        #expect(markdown.text.hasPrefix("# \(code.rawValue)\n"))
        let html = try await server.send("GET", "/errors/\(code.rawValue)", accept: "text/html,*/*;q=0.8")
        #expect(html.text.contains("<h1>\(code.rawValue)</h1>"))
        #expect(!html.text.contains("```") && !html.text.contains("**"))
    }
}
