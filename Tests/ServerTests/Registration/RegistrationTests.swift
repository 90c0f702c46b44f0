import Countersign
import TestSupport
import Testing

@testable import Server

@Suite("RFC 7591 §3: clients register themselves", .timeLimit(.minutes(5)))
struct RegistrationTests {
    @Test("The response has everything that is in force, and is not cached")
    func registered() async throws {
        let bench = try await RegistrationBench.shared()
        let answer = try await bench.register()
        #expect(answer.status == 201)
        #expect(answer.response.contentType == "application/json")
        #expect(answer.response.headers["Cache-Control"] == "no-store")
        let id = try #require(answer.id)
        #expect(answer.object["client_id_issued_at"] == JSONValue.number(TestClock.start.seconds))
        #expect(answer.object.string("registration_client_uri")?.text == "https://as.example/oauth2/register/\(id)")
        #expect(answer.accessToken?.hasPrefix("cs_rat_") == true)
        #expect(answer.object["client_name"] == "New")
        #expect(answer.object["redirect_uris"] == .array([RegistrationBench.redirectURI]))
        #expect(answer.object["grant_types"] == ["authorization_code"])
        #expect(answer.object["response_types"] == ["code"])
        #expect(answer.object["scope"] == "openid profile read")
        #expect(answer.object["token_endpoint_auth_method"] == "private_key_jwt")
        #expect(answer.object["subject_type"] == "public")
        #expect(answer.object["id_token_signed_response_alg"] == "RS256")
        #expect(answer.object["client_secret"] == nil)
        #expect(answer.object["client_secret_expires_at"] == nil)
        let stored = try await bench.client(answer)
        #expect(stored.keys.count == 1)
        #expect(stored.dynamic?.origin == .open)
        #expect(stored.dynamic?.expiresAt == TestClock.start + .seconds(86_400))
    }

    /// Members, and those of the response that they lead to; `nil` means that the response has none.
    struct Accepted: Sendable, CustomTestStringConvertible {
        let members: [(String, JSONValue?)]
        let result: [(String, JSONValue?)]
        var testDescription: String { "\(members.map(\.0))" }

        init(_ members: [(String, JSONValue?)], _ result: [(String, JSONValue?)]? = nil) {
            (self.members, self.result) = (members, result ?? members)
        }

        static let all: [Accepted] = [
            .init([("client_uri", "https://new.example/")]), .init([("logo_uri", "https://new.example/logo.png")]),
            .init([("policy_uri", "https://new.example/p")]), .init([("tos_uri", "https://new.example/t")]),
            .init([("contacts", ["ops@new.example"])]), .init([("default_max_age", .number(3600))]),
            .init([("require_auth_time", .boolean(true))]), .init([("id_token_signed_response_alg", "ES256")]),
            .init([("userinfo_signed_response_alg", "RS256")]), .init([("subject_type", "pairwise")]),
            .init([("introspection_signed_response_alg", "ES256")]),
            .init([("post_logout_redirect_uris", ["https://new.example/bye"])]),
            .init([("token_endpoint_auth_signing_alg", "ES256")]),
            .init([("token_endpoint_allow_reuse_pvt_key_jwt", .boolean(false))]),
            .init([("grant_types", ["authorization_code", "refresh_token"])]),
            .init([("redirect_uris", ["http://127.0.0.1/cb", "com.example.app:/cb"])]),
            .init([("scope", "read")]), .init([("scope", "read admin")], [("scope", "read")]),
            // RFC 7591 §3.2.1: what is not supported is left out.
            .init([("grant_types", ["implicit", "authorization_code"])], [("grant_types", ["authorization_code"])]),
            .init([("response_types", ["code", "id_token"])], [("response_types", ["code"])]),
            .init(
                [("grant_types", ["client_credentials", "authorization_code"])],
                [("grant_types", ["authorization_code"])]),
            .init(
                [("token_endpoint_auth_method", "none"), ("jwks", nil)],
                [("token_endpoint_auth_method", "none"), ("jwks", nil)]),
            .init([("token_endpoint_auth_method", nil)], [("token_endpoint_auth_method", "private_key_jwt")]),
            .init(
                [("token_endpoint_auth_method", nil), ("jwks", nil)], [("token_endpoint_auth_method", "none")]),
            .init([("jwks", nil), ("jwks_uri", "https://new.example/jwks")]),
            // RFC 7591 §2: unknown members are ignored. §2.2: so are translations. §3.1.1: and software statements.
            .init([("client_name#de", "Neu"), ("x", .null), ("software_statement", "a.b.c")], [("x", nil)]),
            .init([("client_uri", .null)], [("client_uri", nil)]),
            // Nobody but the operator decides these.
            .init(
                [
                    ("skip_consent", .boolean(true)), ("introspect_all_tokens", .boolean(true)),
                    ("audiences", ["https://other.example"]), ("enabled", .boolean(false)),
                    ("access_token_lifetime", .number(99_999_999)), ("audience_profile", "legacy"),
                    ("require_pkce", .boolean(false)), ("refresh_token_lifetime", .number(1)),
                ],
                [("skip_consent", nil), ("introspect_all_tokens", nil), ("audiences", nil), ("enabled", nil)]),
            // A stranger does not make the server post anywhere.
            .init([("backchannel_logout_uri", "https://new.example/logout")], [("backchannel_logout_uri", nil)]),
        ]
    }

    @Test("Members are registered, replaced or ignored", arguments: Accepted.all)
    func accepted(_ example: Accepted) async throws {
        let bench = try await RegistrationBench.shared()
        let answer = try await bench.register(example.members)
        #expect(answer.status == 201, "\(answer.description)")
        for (name, value) in example.result { #expect(answer.object[name] == value, "\(name)") }
        let client = try await bench.client(answer).client
        #expect(client.isEnabled)
        #expect(!client.signIn.skipsConsent && !client.signIn.introspectsAllTokens && client.signIn.audiences.isEmpty)
        #expect(client.signIn.requiresProofKey == nil && client.signIn.refreshTokenLifetime == nil)
        #expect(client.accessTokenLifetime == nil && client.options.audienceProfile == nil)
        #expect(client.options.allowsReuse != true)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let members: [(String, JSONValue?)]
        let code: String
        /// What the description must mention.
        let mention: String
        var testDescription: String { "\(members.map(\.0)): \(mention)" }

        init(_ members: [(String, JSONValue?)], _ mention: String, _ code: String = "invalid_client_metadata") {
            (self.members, self.code, self.mention) = (members, code, mention)
        }

        /// Attacks on redirect URIs have tests of their own; these show that the same rules apply.
        static let redirectURIs: [Refused] = [
            "https://new.example/cb#f", "http://new.example/cb", "javascript:alert(1)", "https://a@new.example/cb",
            "https://new.example/../cb", "regexp=(https://new.example/.*)", "/cb", "",
            "https://new.example/" + String(repeating: "a", count: 2048),
        ].map { Refused([("redirect_uris", .array([$0]))], "redirect_uris", "invalid_redirect_uri") }

        static let all: [Refused] =
            redirectURIs + [
                .init([("redirect_uris", nil)], "redirect_uris", "invalid_redirect_uri"),
                .init([("redirect_uris", [])], "redirect_uris", "invalid_redirect_uri"),
                .init([("redirect_uris", "https://new.example/cb")], "redirect_uris", "invalid_redirect_uri"),
                .init(
                    [("redirect_uris", .array((0..<65).map { "https://new.example/\($0)" }))], "64",
                    "invalid_redirect_uri"),
                .init([("post_logout_redirect_uris", ["http://new.example/"])], "post_logout_redirect_uris"),
                .init(
                    [("post_logout_redirect_uris", .array((0..<65).map { "https://new.example/\($0)" }))],
                    "more than 64 post_logout_redirect_uris"),
                .init([("post_logout_redirect_uris", ["regexp=(a)"])], "post_logout_redirect_uris"),
                .init([("token_endpoint_auth_method", "client_secret_basic")], "private_key_jwt"),
                .init([("token_endpoint_auth_method", "tls_client_auth")], "private_key_jwt"),
                .init([("client_secret", "s3cret")], "client_secret"), .init([("jwks", nil)], "jwks"),
                .init([("jwks_uri", "https://new.example/jwks")], "jwks"),
                .init([("jwks", .object(["keys": []]))], "jwks"), .init([("jwks", "keys")], "jwks"),
                .init([("jwks", nil), ("jwks_uri", "http://new.example/jwks")], "jwks_uri"),
                .init([("jwks", nil), ("jwks_uri", "file:///etc/passwd")], "jwks_uri"),
                .init([("grant_types", ["client_credentials"])], "grant_types"),
                .init([("grant_types", ["implicit"]), ("response_types", ["token"])], "grant_types"),
                .init([("grant_types", "authorization_code")], "grant_types"),
                .init([("response_types", ["id_token"])], "response_types"),
                .init([("response_types", "code")], "response_types"), .init([("scope", "a\u{e9}")], "scope"),
                .init([("scope", "admin")], "ask for some of openid profile read"),
                .init([("scope", ["read"])], "scope"), .init([("id_token_signed_response_alg", "none")], "id_token"),
                .init([("id_token_signed_response_alg", "PS512")], "id_token"),
                .init([("userinfo_signed_response_alg", "HS256")], "userinfo"),
                .init([("introspection_signed_response_alg", "PS512")], "introspection"),
                .init([("token_endpoint_auth_signing_alg", "none")], "token_endpoint_auth_signing_alg"),
                .init([("subject_type", "secret")], "subject_type"),
                .init([("default_max_age", "3600")], "default_max_age"),
                .init([("default_max_age", .number(-1))], "default_max_age"),
                .init([("require_auth_time", "yes")], "require_auth_time"),
                .init([("client_uri", "javascript:alert(1)")], "client_uri"),
                .init([("logo_uri", "data:image/png;base64,AA")], "logo_uri"),
                .init([("tos_uri", "https://new.example/\"><script>")], "tos_uri"),
                .init([("contacts", .array((0..<101).map { "a\($0)@new.example" }))], "contacts"),
                .init([("contacts", [.string(String(repeating: "a", count: 2049))])], "contacts"),
                .init([("token_endpoint_allow_reuse_pvt_key_jwt", .boolean(true))], "reuse"),
                .init(
                    [("subject_type", "pairwise"), ("redirect_uris", ["https://a.example/", "https://b.example/"])],
                    "sector_identifier_uri"),
                .init([("sector_identifier_uri", "http://new.example/s")], "sector_identifier_uri"),
            ]
    }

    @Test("Metadata that cannot be used is refused, and the member is named", arguments: Refused.all)
    func refused(_ example: Refused) async throws {
        let bench = try await RegistrationBench.shared()
        let answer = try await bench.register(example.members)
        #expect(answer.status == 400)
        #expect(answer.error == example.code)
        #expect(answer.description.contains(example.mention), "\(answer.description)")
        #expect(answer.object["error_uri"] != nil)
        #expect(answer.response.headers["Cache-Control"] == "no-store")
        let reference = try #require(answer.object.string("reference")?.text)
        await bench.store.audit.flush()
        let entry = try #require(try await bench.store.audit.entry(Reference(reference)))
        #expect(entry.code == example.code && !entry.isProven)
        #expect(RequestRecord(text: entry.trace)?.detail == answer.description)
        // Nothing was fetched for a caller whose metadata is refused anyway.
        #expect(bench.reader.calls.allSatisfy { $0.url.text.hasPrefix("https://sector") })
    }

    @Test("Only a JSON object within the limits is read")
    func body() async throws {
        let bench = try await RegistrationBench.shared()
        let form = try await bench.send(
            "POST", "/oauth2/register", body: Array("redirect_uris=a".utf8),
            contentType: "application/x-www-form-urlencoded")
        #expect(form.status == 415)
        for body in ["[]", "{", "", "{\"a\":1,\"a\":2}", String(repeating: "{\"a\":", count: 50)] {
            let answer = try await bench.send("POST", "/oauth2/register", body: Array(body.utf8))
            #expect(answer.status == 400 && answer.error == "invalid_client_metadata", "\(body)")
        }
        let request = EndpointRequest(
            method: "POST", path: "/oauth2/register", headers: ["Content-Type": "application/json"],
            body: .tooLarge(limit: 65_536))
        #expect(await bench.bench.routes.response(to: request).status == 413)
        let charset = try await bench.send(
            "POST", "/oauth2/register", body: try RegistrationBench.metadata().rendered(),
            contentType: "application/json;charset=UTF-8")
        #expect(charset.status == 201)
    }

    @Test("The metadata names the endpoint only while it exists", arguments: RegistrationSettings.Mode.allCases)
    func metadata(_ mode: RegistrationSettings.Mode) async throws {
        let bench = try await RegistrationBench(mode)
        for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
            let document = try await bench.send("GET", path)
            #expect(
                document.object.string("registration_endpoint")?.text
                    == (mode == .off ? nil : "https://as.example/oauth2/register"))
        }
        #expect(try await bench.register().status == [.off: 404, .token: 401, .open: 201][mode])
    }
}
