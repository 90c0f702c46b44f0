import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("draft-ietf-oauth-client-id-metadata-document §4, RFC 7591 §2: a client's own metadata")
struct ClientMetadataDocumentTests {
    /// A change that makes a valid document invalid, and part of the expected error.
    struct Fault: Sendable, CustomTestStringConvertible {
        let words: String
        let changes: [(String, JSONValue?)]
        var testDescription: String { words + ": " + changes.map(\.0).joined(separator: ", ") }

        init(_ words: String, _ changes: (String, JSONValue?)...) {
            (self.words, self.changes) = (words, changes)
        }

        static let all: [Fault] =
            [
                .init("its client_id is not this URL", ("client_id", nil)),
                .init("its client_id is not this URL", ("client_id", .array(["https://client.example/c"]))),
                .init("its client_id is not this URL", ("client_id", "https://client.example/C")),
                .init("its client_id is not this URL", ("client_id", "https://client.example/c/")),
                .init("its client_id is not this URL", ("client_id", "https://client.example:443/c")),
                .init("it has client_secret", ("client_secret", "x")),
                .init("it has client_secret_expires_at", ("client_secret_expires_at", .number(0))),
                .init("it has no token_endpoint_auth_method", ("token_endpoint_auth_method", nil)),
                .init("it has no token_endpoint_auth_method", ("token_endpoint_auth_method", .array(["none"]))),
                .init("is not private_key_jwt", ("token_endpoint_auth_method", "client_secret_basic")),
                .init("is not private_key_jwt", ("token_endpoint_auth_method", "client_secret_post")),
                .init("is not private_key_jwt", ("token_endpoint_auth_method", "client_secret_jwt")),
                .init("is not private_key_jwt", ("token_endpoint_auth_method", "PRIVATE_KEY_JWT")),
                .init("neither jwks nor jwks_uri", ("jwks", nil)),
                .init("both jwks and jwks_uri", ("jwks_uri", "https://client.example/jwks")),
                .init("wrong type", ("jwks", [])), .init("wrong type", ("jwks", "{}")),
                .init("wrong type", ("jwks", nil), ("jwks_uri", JSONValue.number(7))),
                .init("jwks is not a valid JWK Set", ("jwks", .object(JSONObject([])))),
                .init("no usable key", ("jwks", .object(JSONObject([("keys", [])])))),
                .init("no usable key", ("jwks", keys(#"{"kty":"oct","k":"AAAA"}"#))),
                .init("no usable key", ("jwks", keys(#"{"kty":"EC","crv":"P-256","x":"","y":"","d":"AA"}"#))),
                .init("jwks_uri cannot be used", ("jwks", nil), ("jwks_uri", "http://client.example/jwks")),
                .init("jwks_uri cannot be used", ("jwks", nil), ("jwks_uri", "https://u@client.example/jwks")),
                .init("jwks_uri cannot be used", ("jwks", nil), ("jwks_uri", "file:///etc/passwd")),
                .init("not an allowed host", ("jwks", nil), ("jwks_uri", "https://evil.example/jwks")),
                .init("not an allowed host", ("jwks", nil), ("jwks_uri", "https://169.254.169.254/jwks")),
                .init("not an accepted algorithm", ("token_endpoint_auth_signing_alg", "HS256")),
                .init("not an accepted algorithm", ("token_endpoint_auth_signing_alg", "none")),
                .init("not an accepted algorithm", ("token_endpoint_auth_signing_alg", .array(["ES256"]))),
                .init("grant_types is not an array", ("grant_types", "client_credentials")),
                .init("grant_types has a value that is not a string", ("grant_types", .array([.null]))),
                .init("grant_types is not an array", ("grant_types", .array(Array(repeating: "x", count: 65)))),
                .init("scope is not valid", ("scope", .array(["read"]))),
                .init("scope is not valid", ("scope", "a\"b")),
                .init("no redirect_uris", ("grant_types", nil)),
                .init("no redirect_uris", ("grant_types", ["authorization_code"])),
                .init("no redirect_uris", ("grant_types", nil), ("redirect_uris", [])),
                .init(
                    "a 'redirect_uris' that is not an array", ("grant_types", nil),
                    ("redirect_uris", "https://client.example/cb")),
                .init("a 'redirect_uris' that is not an array", ("grant_types", nil), ("redirect_uris", [""])),
            ]
            + [
                "/cb", "cb", "https://client.example/cb#f", "javascript:alert(1)", "JavaScript:x", "data:,x",
                "file:///x",
                "https://client.example/c b", ":x", "é:x", "regexp=(https://client.example/cb)",
            ].map {
                .init(
                    "none of its redirect_uris can be used", ("grant_types", nil),
                    ("redirect_uris", .array([.string(ExactString($0))])))
            }

        private static func keys(_ key: String) -> JSONValue {
            (try? JSONValue(parsing: Array(#"{"keys":[\#(key)]}"#.utf8))) ?? .null
        }
    }

    @Test("A document with an invalid member is refused", arguments: Fault.all)
    func refused(_ fault: Fault) throws {
        let body = try MetadataBench.document(changes: fault.changes)
        let error = #expect(throws: ClientMetadataFault.self) { try read(body) }
        guard case .document(let detail)? = error else {
            Issue.record("refused as \(String(describing: error))")
            return
        }
        #expect(detail.contains(fault.words))
    }

    @Test(
        "A document that is not a JSON object is refused",
        arguments: [
            "", "[]", "null", "\"x\"", "{", "{\"client_id\":\"a\",\"client_id\":\"b\"}", "<html>",
            String(repeating: "{\"a\":", count: 5000),
        ])
    func noJSON(_ text: String) {
        #expect {
            try read(Array(text.utf8))
        } throws: { error in
            if case .document(let detail) = error as? ClientMetadataFault {
                detail.hasPrefix("not valid JSON")
            } else {
                false
            }
        }
    }

    @Test("A valid document yields a client with its keys; members reserved for operators are ignored")
    func accepted() throws {
        let document = try read(
            MetadataBench.document(changes: [
                ("token_endpoint_auth_signing_alg", "ES256"), ("scope", "read admin"),
                ("access_token_lifetime", "9999"),
                ("token_endpoint_allow_reuse_pvt_key_jwt", .boolean(true)), ("x", .array(["anything"])),
            ]))
        #expect(document.keys.count == 1)
        var expected = ClientRecord(id: MetadataBench.id, name: "Agent", createdAt: TestClock.start)
        expected.scopes = ["read"]
        expected.options.signingAlgorithm = .es256
        expected.metadataHost = "client.example"
        expected.registrationOrigin = .document
        #expect(document.record == expected)
    }

    @Test(
        "A null member counts as absent",
        arguments: [
            "client_secret", "client_secret_expires_at", "jwks_uri", "scope", "token_endpoint_auth_signing_alg",
            "redirect_uris", "client_name", "contacts",
        ])
    func nullMember(_ name: String) throws {
        let document = try read(MetadataBench.document(changes: [(name, .null)]))
        #expect(document.keys.map(\.jwk.keyID) == ["k1"])
        #expect(document.record.scopes == ["read", "write"])
    }

    @Test(
        "A required member that is null counts as missing",
        arguments: [
            ("client_id", "its client_id is not this URL"), ("jwks", "neither jwks nor jwks_uri"),
            ("token_endpoint_auth_method", "it has no token_endpoint_auth_method"), ("grant_types", "no redirect_uris"),
        ])
    func requiredNull(_ name: String, _ words: String) throws {
        let body = try MetadataBench.document(changes: [(name, .null)])
        let error = #expect(throws: ClientMetadataFault.self) { try read(body) }
        #expect(error?.phrase.contains(words) == true)
    }

    /// Returns a key set with a made-up RSA key; only its verification cost is checked.
    private static func rsa(bits: Int, exponent: String = "AQAB") -> JSONValue {
        let modulus = [UInt8](repeating: 0xC5, count: bits / 8 - 1) + [0xFB]
        return keySet(
            #"{"kty":"RSA","e":"\#(exponent)","n":"\#(Base64URL.encode(modulus))"}"#)
    }

    private static func keySet(_ key: String) -> JSONValue {
        (try? JSONValue(parsing: Array(#"{"keys":[\#(key)]}"#.utf8))) ?? .null
    }

    @Test("RSA keys are limited to 4096 bits and an exponent of 17 bits")
    func costlyKeys() throws {
        for (jwks, words) in [
            (Self.rsa(bits: 8192), "modulus of 8192 bits, at most 4096"),
            (Self.rsa(bits: 4104), "modulus of 4104 bits, at most 4096"),
            (Self.rsa(bits: 2048, exponent: "AgAB"), "exponent of 18 bits, at most 17"),
            (Self.rsa(bits: 2048, exponent: "AgAAAAE"), "exponent of 34 bits"),
        ] {
            let body = try MetadataBench.document(changes: [("jwks", jwks)])
            let error = #expect(throws: ClientMetadataFault.self) { try read(body) }
            #expect(error?.phrase.contains(words) == true, "\(error?.phrase ?? "accepted")")
        }
        for jwks in [Self.rsa(bits: 4096), Self.rsa(bits: 2048, exponent: "Aw")] {
            #expect(try read(MetadataBench.document(changes: [("jwks", jwks)])).keys.count == 1)
        }
    }

    @Test("An unusable key does not invalidate the others")
    func mixedKeys() throws {
        let good = try KeySetBench.key("good").object.render()
        let jwks = try JSONValue(parsing: Array(#"{"keys":[{"kty":"oct","k":"AA"},\#(good)]}"#.utf8))
        #expect(try read(MetadataBench.document(changes: [("jwks", jwks)])).keys.map(\.jwk.keyID) == ["good"])
    }

    @Test("The key set may be on any allowed host")
    func keySetURL() throws {
        for url in ["https://client.example/jwks", "https://keys.example/jwks", "https://a.agents.example/jwks"] {
            let document = try read(
                MetadataBench.document(changes: [("jwks", nil), ("jwks_uri", .string(url))]))
            #expect(document.record.keySetURL == url)
            #expect(document.keys.isEmpty)
        }
    }

    @Test(
        "Scopes are limited to those the operator allows for such clients, and to those requested",
        arguments: [
            (nil, ["read", "write"]), ("", []), ("write", ["write"]), ("write read", ["read", "write"]),
            ("admin", []), ("read admin", ["read"]),
        ] as [(String?, [String])])
    func scopes(_ asked: String?, _ granted: [String]) throws {
        let change: (String, JSONValue?) = ("scope", asked.map { .string($0) })
        #expect(try read(MetadataBench.document(changes: [change])).record.scopes == granted)
    }

    @Test("Unsupported grants are ignored; client_credentials must be named explicitly")
    func grants() throws {
        let redirects: (String, JSONValue?) = ("redirect_uris", ["https://client.example/cb", "com.example.app:/cb"])
        #expect(
            try read(MetadataBench.document(changes: [("grant_types", nil), redirects])).record.grants
                == [.authorizationCode])
        let both: JSONValue = ["authorization_code", "client_credentials", "urn:x"]
        #expect(
            try read(MetadataBench.document(changes: [("grant_types", both), redirects])).record.grants == [
                .authorizationCode, .clientCredentials,
            ])
    }

    @Test("A document decides how people sign in, but grants nothing: other members are ignored")
    func signIn() throws {
        let document = try read(
            MetadataBench.document(changes: [
                ("grant_types", nil), ("redirect_uris", ["vscode:x", "https://client.example/cb"]),
                ("client_uri", "https://client.example/"), ("logo_uri", "javascript:alert(1)"),
                ("skip_consent", .boolean(true)), ("introspect_all_tokens", .boolean(true)),
                ("audiences", ["https://api.example"]), ("require_pkce", .boolean(false)),
                ("backchannel_logout_uri", "https://internal.example/"), ("id_token_lifetime", .number(86_400)),
            ]))
        var expected = SignInOptions()
        expected.redirectURIs = ["https://client.example/cb"]
        expected.website = "https://client.example/"
        #expect(document.record.signIn == expected)
    }

    @Test(
        "RFC 7591 §2: an algorithm that this server does not sign with is left out, because documents are for many servers",
        arguments: ["none", "HS256", "ES256K", "RS1", "PS384", "PS512", ""],
        [SignedResponse.idToken, .userInfo, .introspection])
    func otherAlgorithm(_ name: String, _ response: SignedResponse) throws {
        let member = response.rawValue
        let document = try read(MetadataBench.document(changes: [(member, .string(name))]))
        #expect(document.record.signIn == SignInOptions())
        let known = try read(MetadataBench.document(changes: [(member, "ES256")])).record.signIn
        #expect(known.json == JSONObject([(member, "ES256")]))
        let error = #expect(throws: ClientMetadataFault.self) {
            try read(MetadataBench.document(changes: [(member, .number(256))]))
        }
        #expect(error?.phrase.contains(member) == true)
    }

    @Test("A public client is recorded as such and cannot authenticate")
    func publicClient() throws {
        let document = try read(
            MetadataBench.document(changes: [("token_endpoint_auth_method", "none"), ("jwks", nil)]))
        #expect(document.record.authenticationMethod == .none)
        #expect(document.keys.isEmpty)
    }

    @Test("A long name is truncated, and control characters are removed")
    func name() throws {
        let name = JSONValue.string("a\nb\u{0}" + String(repeating: "e\u{301}", count: 5000))
        let record = try read(MetadataBench.document(changes: [("client_name", name)])).record
        #expect(record.name.hasPrefix("ab"))
        #expect(record.name.unicodeScalars.count <= 100)
        #expect(try read(MetadataBench.document(changes: [("client_name", .number(7))])).record.name == "")
    }

    private func read(_ body: [UInt8]) throws -> ClientMetadataDocument {
        let settings = MetadataBench.settings().clientMetadata
        return try ClientMetadataDocument(
            body, of: try ClientIDURL(MetadataBench.id, settings), settings, algorithms: MetadataBench.algorithms,
            at: TestClock.start)
    }
}
