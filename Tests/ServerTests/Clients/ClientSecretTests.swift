import Countersign
import Foundation
import Store
import TestSupport
import Testing

@testable import Server

@Suite("RFC 6749 §2.3.1: a client with a secret")
struct ClientSecretTests {
    private static let form = [("grant_type", "client_credentials"), ("scope", "read")]

    /// An issuer that allows secrets, and a client that has one.
    private struct Setting {
        let bench: GrantBench
        let secret: String

        init(
            _ method: AuthenticationMethod = .clientSecretBasic, isAllowed: Bool = true, lifetime: Duration? = nil,
            _ change: (inout ClientRecord) -> Void = { _ in }
        ) async throws {
            let expiry = lifetime.map { TestClock.start + $0 }
            let (secret, record) = ClientSecretRecord.generate(at: TestClock.start, expiresAt: expiry)
            bench = try await GrantBench(
                { client in
                    guard client.id == "app" else { return }
                    client.authenticationMethod = method
                    client.secrets = [record]
                    change(&client)
                }, settings: { $0.acceptsSecrets = isAllowed })
            self.secret = secret
        }

        func basic(_ id: String = "app", _ secret: String? = nil) -> HeaderFields {
            let pair = Data("\(id):\(secret ?? self.secret)".utf8).base64EncodedString()
            return ["Authorization": "Basic \(pair)"]
        }

        func request(
            _ more: [(String, String)] = [], headers: HeaderFields = [:], path: String = "/oauth2/token"
        ) async throws -> Reply {
            try await bench.send("POST", path, form: ClientSecretTests.form + more, headers: headers)
        }
    }

    @Test("It gets a token by the method it is registered for, and by no other")
    func methods() async throws {
        for method in [AuthenticationMethod.clientSecretBasic, .clientSecretPost] {
            let setting = try await Setting(method)
            let inForm = [("client_id", "app"), ("client_secret", setting.secret)]
            let basic = try await setting.request(headers: setting.basic())
            let post = try await setting.request(inForm)
            #expect(basic.status == (method == .clientSecretBasic ? 200 : 401))
            #expect(post.status == (method == .clientSecretPost ? 200 : 401))
            #expect(basic.status == 200 || basic.response.headers["WWW-Authenticate"]?.hasPrefix("Basic ") == true)
            #expect(try await setting.bench.post(Self.form).status == 401, "an assertion")
            #expect(try await setting.request([("client_id", "app")]).status == 401, "no proof at all")
        }
    }

    @Test("A server that does not allow secrets refuses them")
    func notAllowed() async throws {
        let setting = try await Setting(isAllowed: false)
        let reply = try await setting.request(headers: setting.basic())
        #expect((reply.status, reply["error"]) == (401, "invalid_client"))
        #expect(reply["error_description"]?.contains("does not authenticate a client here") == true)
    }

    @Test(
        "RFC 6749 §5.2: without credentials the error names the methods that the server allows, whichever the client has",
        arguments: [(true, true), (true, false), (false, true)])
    func missing(_ allowsSecrets: Bool, _ allowsAssertions: Bool) async throws {
        let bench = try await GrantBench(
            {
                if $0.id == "app" { $0.authenticationMethod = .clientSecretBasic }
            },
            settings: {
                $0.acceptsSecrets = allowsSecrets
                $0.acceptsAssertions = allowsAssertions
            })
        var texts: Set<String> = []
        for id in ["app", "other", "nobody"] {
            let reply = try await bench.send(
                "POST", "/oauth2/token", form: [("grant_type", "authorization_code"), ("code", "x"), ("client_id", id)])
            #expect((reply.status, reply["error"]) == (401, "invalid_client"))
            texts.insert(reply["error_description"] ?? "")
        }
        let text = try #require(texts.first)
        #expect(texts.count == 1)
        #expect(text.hasPrefix("No public client is registered under this client_id. "))
        #expect(text.contains("with private_key_jwt:") == !allowsSecrets)
        #expect(text.contains("client_secret_basic") == allowsSecrets)
        #expect(text.contains("client_assertion") == allowsAssertions)
    }

    @Test("Every refusal has the same text, and its reason under the reference")
    func refusals() async throws {
        let setting = try await Setting(lifetime: .seconds(60))
        var texts: Set<String> = []
        func refused(_ headers: HeaderFields, _ reason: String) async throws {
            let reply = try await setting.request(headers: headers)
            #expect((reply.status, reply["error"]) == (401, "invalid_client"))
            let reference = try #require(reply["reference"])
            await setting.bench.store.audit.flush()
            let entry = try #require(try await setting.bench.store.audit.entry(Reference(reference)))
            #expect(RequestRecord(text: entry.trace)?.detail == reason)
            #expect(!entry.trace.contains(setting.secret))
            texts.insert(reply["error_description"]?.replacing(reference, with: "") ?? "")
        }
        try await refused(setting.basic("nobody"), "No client is registered under this client_id.")
        try await refused(setting.basic("other"), "The client is registered for private_key_jwt.")
        try await refused(setting.basic("app", "cs_cs_wrong"), "The secret is not one of the client's.")
        setting.bench.clock.advance(by: .seconds(60))
        try await refused(
            setting.basic(), "The secret has expired. Add a new one and give it to the client.")
        #expect(texts.count == 1)
    }

    @Test("The digest that is stored is no secret")
    func digest() async throws {
        let setting = try await Setting()
        let stored = try await setting.bench.store.clients.registration(of: "app")?.client.secrets.first
        let digest = try #require(stored).digest
        #expect(try await setting.request(headers: setting.basic("app", Base64URL.encode(digest))).status == 401)
        #expect(
            try await setting.request(headers: setting.basic("app", String(decoding: digest, as: UTF8.self))).status
                == 401)
    }

    @Test("RFC 6749 §2.3: a request with several methods is refused, and so is a header that cannot be read")
    func malformed() async throws {
        let setting = try await Setting()
        let twice = try await setting.request([("client_secret", setting.secret)], headers: setting.basic())
        #expect((twice.status, twice["error"]) == (400, "invalid_request"))
        let assertion = [
            ("client_assertion_type", SentCredentials.assertionType.text),
            ("client_assertion", try setting.bench.assertion("app")),
        ]
        #expect(try await setting.request(assertion, headers: setting.basic()).status == 400)
        #expect(try await setting.request([("client_id", "other")], headers: setting.basic()).status == 400)
        #expect(try await setting.request([("client_secret", setting.secret)]).status == 401)
        for header in ["Basic", "Basic !!!", "Basic YXBw", "Basic " + String(repeating: "QUFB", count: 1000)] {
            let reply = try await setting.request(headers: ["Authorization": header])
            #expect((reply.status, reply["error"]) == (401, "invalid_client"), "\(header.prefix(20))")
            #expect(reply.response.headers["WWW-Authenticate"]?.hasPrefix("Basic ") == true)
        }
        let injected = setting.basic("app&secret=x")
        #expect(try await setting.request(headers: injected).status == 401)
    }

    @Test("Identifier and secret are percent-encoded in the header field")
    func encoding() async throws {
        let setting = try await Setting()
        let secret = setting.secret.replacing("_", with: "%5F")
        #expect(try await setting.request(headers: setting.basic("%61pp", secret)).status == 200)
    }

    @Test("It introspects and revokes; its grants have no key")
    func otherEndpoints() async throws {
        let setting = try await Setting()
        let bench = setting.bench
        let code = try await bench.code()
        let redeemed = try await bench.send(
            "POST", "/oauth2/token",
            form: [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", GrantBench.redirectURI)],
            headers: setting.basic())
        let token = [("token", redeemed["access_token"] ?? "")]
        let answer = try await setting.request(token, headers: setting.basic(), path: "/oauth2/introspect")
        #expect(answer.object["active"] == .boolean(true))
        #expect(try await setting.request(token, headers: setting.basic(), path: "/oauth2/revoke").status == 200)
        let after = try await setting.request(token, headers: setting.basic(), path: "/oauth2/introspect")
        #expect(after.object["active"] == .boolean(false))
    }

    @Test("A disabled client is refused; a second secret works beside the first")
    func states() async throws {
        let (other, record) = ClientSecretRecord.generate(at: TestClock.start)
        let setting = try await Setting { $0.secrets.append(record) }
        #expect(try await setting.request(headers: setting.basic("app", other)).status == 200)
        #expect(try await setting.request(headers: setting.basic()).status == 200)
        let disabled = try await Setting { $0.isEnabled = false }
        #expect(try await disabled.request(headers: disabled.basic()).status == 401)
    }

    @Test("RFC 8414 §2: the metadata offers the methods only where they work", arguments: [false, true])
    func metadata(_ isAllowed: Bool) async throws {
        let setting = try await Setting(isAllowed: isAllowed)
        let reply = try await setting.bench.send("GET", "/.well-known/openid-configuration")
        let methods: [JSONValue] =
            ["private_key_jwt"] + (isAllowed ? ["client_secret_basic", "client_secret_post"] : [])
        #expect(reply.object["token_endpoint_auth_methods_supported"] == .array(methods + ["none"]))
        #expect(reply.object["introspection_endpoint_auth_methods_supported"] == .array(methods))
    }
}
