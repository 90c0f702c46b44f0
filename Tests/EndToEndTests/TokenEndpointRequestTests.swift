import Countersign
import TestSupport
import Testing

@Suite("The token endpoint over HTTP: the request itself, RFC 6749 §2.3, §3.2, §5.2", .ownThreads)
struct TokenEndpointRequestTests {
    @Test("answers POST only", arguments: ["GET", "PUT", "DELETE", "HEAD", "PATCH"])
    func method(_ method: String) async throws {
        let server = try await TestServer.shared()
        let answer = try await server.send(method, "/oauth2/token")
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "POST, OPTIONS")
    }

    @Test(
        "accepts a form in UTF-8, US-ASCII or ISO-8859-1, in any case and spacing, and nothing else",
        arguments: [
            ("application/x-www-form-urlencoded", 200), ("application/x-www-form-urlencoded;charset=UTF-8", 200),
            ("application/x-www-form-urlencoded;charset=ISO-8859-1", 200),
            ("Application/X-WWW-Form-Urlencoded ; Charset = \"utf-8\"", 200),
            ("application/x-www-form-urlencoded; charset=us-ascii", 200),
            ("application/x-www-form-urlencoded; charset=utf-16", 415),
            ("application/x-www-form-urlencoded; boundary=x", 415), ("application/json", 415), ("text/plain", 415),
            ("multipart/form-data; boundary=x", 415), ("", 415),
        ])
    func contentType(_ contentType: String, _ status: Int) async throws {
        let server = try await TestServer.shared()
        let form = TestServer.form(try Assertion().signed())
        let answer = try await server.post(form, contentType: contentType.isEmpty ? nil : contentType)
        #expect(answer.status == status)
        if status == 415 { #expect(answer["error"] == "invalid_request") }
    }

    @Test("refuses a body over 64 KiB", arguments: [(65_536, 401), (65_537, 413), (10_000_000, 413)])
    func size(_ size: Int, _ status: Int) async throws {
        let server = try await TestServer.shared()
        let form = TestServer.form("x") + "&padding="
        let answer = try await server.post(form + String(repeating: "x", count: size - form.utf8.count))
        #expect(answer.status == status)
    }

    @Test(
        "RFC 8707 §2, RFC 8693 §2.1: accepts resource and audience more than once", arguments: ["resource", "audience"])
    func repeated(_ name: String) async throws {
        let server = try await TestServer.shared()
        let twice = "&\(name)=https%3A%2F%2Fa.example%2F&\(name)=https%3A%2F%2Fb.example%2F"
        let answer = try await server.post(TestServer.form(try Assertion().signed()) + twice)
        #expect(answer.status == 200)
    }

    /// A change to a valid request that makes it ambiguous or incomplete.
    struct BadRequest: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var extra = ""
        var without: String?
        var query = ""
        var authorization: String?
        var status = 400
        var error = "invalid_request"

        static let all: [BadRequest] = [
            .init(testDescription: "grant_type twice", extra: "&grant_type=client_credentials"),
            .init(testDescription: "client_assertion twice", extra: "&client_assertion=x"),
            .init(testDescription: "a name twice, once percent-encoded", extra: "&a=1&%61=2"),
            .init(testDescription: "client_secret too", extra: "&client_secret=s"),
            .init(testDescription: "Authorization too", authorization: "Basic eDp5"),
            .init(testDescription: "no client_assertion_type", without: "client_assertion_type"),
            .init(testDescription: "no client_assertion", without: "client_assertion"),
            .init(testDescription: "no grant_type", without: "grant_type"),
            .init(testDescription: "an assertion in the query", query: "?client_assertion=x"),
            .init(testDescription: "a secret in the query", query: "?client_secret=x"),
            .init(testDescription: "a broken percent sign", extra: "&x=%G1"),
            .init(testDescription: "a percent sign at the end", extra: "&x=%1"),
            .init(testDescription: "invalid UTF-8", extra: "&x=%FF"),
            .init(testDescription: "too many parameters", extra: (0..<70).map { "&p\($0)=1" }.joined()),
            .init(testDescription: "scope with a quotation mark", extra: "&scope=%22", error: "invalid_scope"),
        ]
    }

    @Test("refuses ambiguous or incomplete requests without using up the assertion", arguments: BadRequest.all)
    func badRequest(_ request: BadRequest) async throws {
        let server = try await TestServer.shared()
        let assertion = try Assertion().signed()
        var parameters = TestServer.parameters(assertion)
        parameters.removeAll { $0.0 == request.without }
        let form = TestServer.encode(parameters) + request.extra
        let answer = try await server.post(form, query: request.query, authorization: request.authorization)
        #expect(answer.status == request.status)
        #expect(answer["error"] == request.error)
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(try await server.token(assertion).status == 200)
    }

    @Test("accepts one assertion type and one grant")
    func typeAndGrant() async throws {
        let server = try await TestServer.shared()
        let assertion = try Assertion().signed()
        let type = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"
        let saml = try await server.token(assertion, [("client_assertion_type", type)])
        #expect((saml.status, saml["error"]) == (400, "invalid_request"))
        let grant = try await server.token(assertion, [("grant_type", "password")])
        #expect((grant.status, grant["error"]) == (400, "unsupported_grant_type"))
    }

    @Test("refuses unauthenticated requests", arguments: ["", "&client_id=billing", "&client_secret=x"])
    func unauthenticated(_ extra: String) async throws {
        let server = try await TestServer.shared()
        let answer = try await server.post("grant_type=client_credentials" + extra)
        #expect((answer.status, answer["error"]) == (401, "invalid_client"))
    }

    @Test(
        "RFC 6749 §5.2: answers an Authorization header with a challenge of its scheme",
        arguments: [
            (nil, nil), ("Basic eDp5", "Basic"), ("Bearer x", "Bearer"), ("DPoP", "DPoP"), ("", nil), ("B\"c x", nil),
        ] as [(String?, String?)])
    func challenge(_ authorization: String?, _ scheme: String?) async throws {
        let server = try await TestServer.shared()
        let answer = try await server.post("grant_type=client_credentials", authorization: authorization)
        #expect((answer.status, answer["error"]) == (401, "invalid_client"))
        #expect(answer.headers["www-authenticate"] == scheme.map { "\($0) realm=\"\(TestServer.issuer)\"" })
    }

    @Test("RFC 6749 §3.2: a parameter without a value counts as not sent")
    func emptyParameter() async throws {
        let server = try await TestServer.shared()
        let form = TestServer.form(try Assertion().signed()) + "&scope=&client_secret=&client_id="
        #expect(try await server.post(form).status == 200)
    }

    @Test("decodes ISO-8859-1", arguments: ["application/x-www-form-urlencoded;charset=ISO-8859-1"])
    func latin1(_ contentType: String) async throws {
        let server = try await TestServer.shared()
        let form = TestServer.form(try Assertion(client: "café").signed()) + "&client_id=caf%E9"
        #expect(try await server.post(form, contentType: contentType).status == 200)
    }

    @Test(
        "answers other paths with 404",
        arguments: ["/", "/oauth2/token/", "/oauth2/Token", "/oauth2/%74oken", "/errors/nothing"])
    func notFound(_ path: String) async throws {
        let server = try await TestServer.shared()
        #expect(try await server.send("GET", path).status == 404)
    }
}
