import Countersign
import Crypto
import Fetching
import SQLite
import Store
import TestSupport
import Testing

@testable import Server

/// An issuer over a real store, with a person, a session and clients; requests go through its routes.
struct GrantBench: Sendable {
    static let issuer = "https://as.example"
    static let redirectURI = "https://app.example/callback"
    static let verifier = String(repeating: "verifier-", count: 6)
    static let challenge = Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8))))

    let clock = TestClock()
    let reader = FakeReader()
    let store: SQLiteStore
    let issuer: Issuer
    let keys: ServerKeys
    let user: UserRecord
    let session: SessionRecord
    private let key: SigningKey

    /// - Parameters:
    ///   - change: changes every client.
    ///   - keys: of its own instead of those that all share.
    init(
        _ change: (inout ClientRecord) -> Void = { _ in }, settings: (inout ServerSettings) -> Void = { _ in },
        keys: ServerKeys? = nil
    ) async throws {
        let clock = clock
        store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { clock.now })
        key = try SigningKey.generate(.es256)
        if let keys { self.keys = keys } else { self.keys = try await AuthorizationBench.serverKeys.value }
        let urls = try #require(ServerURLs(issuer: Self.issuer))
        var changed = ServerSettings()
        settings(&changed)
        issuer = Issuer(
            urls, changed, store: store, keys: self.keys, reader: reader, poster: FakePoster(),
            pages: RecordedPages(),
            Runtime(clock: { clock.now }))
        user = UserRecord(
            name: "ada",
            claims: [
                "name": "Ada Lovelace", "email": "ada@example.com", "email_verified": .boolean(true),
                "birthdate": "1815-12-10", "address": .object(["country": "UK"]), "zoneinfo": " ",
            ], createdAt: TestClock.start)
        try await store.users.add(user)
        session = SessionRecord(
            digest: RandomBytes.make(32), user: user.id, authenticatedAt: TestClock.start, methods: ["pwd"],
            createdAt: TestClock.start, expiresAt: TestClock.start + .seconds(86_400))
        try await store.sessions.add(session, replacing: nil, passwordChangedAt: nil)
        for id in ["app", "other", "browser"] {
            var record = ClientRecord(
                id: ClientID(id), name: id, grants: GrantType.allCases,
                scopes: ["openid", "profile", "email", "address", "read"],
                authenticationMethod: id == "browser" ? .none : .privateKeyJWT, createdAt: TestClock.start)
            record.signIn.redirectURIs = [Self.redirectURI]
            change(&record)
            let jwk = JWK(key: key.verificationKey, keyID: "k1")
            try await store.clients.add(
                record, keys: id == "browser" ? [] : [KeyRecord(jwk: jwk, addedAt: TestClock.start)])
        }
    }

    /// Changes a client, and waits until the issuer has read it again.
    func change(_ client: String, _ change: (inout ClientRecord) -> Void) async throws {
        var record = try #require(try await store.clients.registration(of: ClientID(client))?.client)
        change(&record)
        try await store.clients.replace(record)
        clock.advance(by: ClientCacheSettings().timeout)
    }

    /// Stores a grant, as the authorization endpoint does.
    ///
    /// - Returns: its code.
    func code(
        client: String = "app", scopes: [String] = ["openid", "profile", "read"], resources: [String] = [],
        challenge: String? = nil, claims: String? = nil, demandsAuthenticationTime: Bool = false
    ) async throws -> String {
        let grant = AuthorizationGrantRecord(
            user: user.id, client: ClientID(client), scopes: scopes, resources: resources, session: session.id,
            nonce: "n-1", authenticatedAt: TestClock.start - .seconds(5), methods: ["pwd"], claimsRequest: claims,
            demandsAuthenticationTime: demandsAuthenticationTime, createdAt: clock.now)
        let secret = GrantSecret.generate(.authorizationCode, of: grant.id)
        try await store.grants.add(
            grant,
            code: AuthorizationCodeRecord(
                digest: secret.digest.digest, redirectURI: Self.redirectURI, challenge: challenge,
                expiresAt: clock.now + AuthorizationCodeGrant.codeLifetime))
        return secret.text
    }

    /// Returns the grant of a code.
    func grant(of code: String) async throws -> AuthorizationGrantRecord {
        let secret = try #require(GrantSecret(code, .authorizationCode))
        return try #require(try await store.grants.grant(secret.digest.grant))
    }

    func assertion(_ client: String, audience: String? = nil) throws -> String {
        let claims: JSONObject = [
            "iss": .string(client), "sub": .string(client), "aud": .string(audience ?? Self.issuer),
            "exp": .number(clock.now.seconds + 60), "jti": .string(Base64URL.encode(RandomBytes.make(16))),
        ]
        return try CompactJWS.sign(
            header: ["alg": "ES256", "kid": "k1"], payload: claims.rendered(), key: key, algorithm: .es256)
    }

    /// Sends a form with the client's authentication; `browser` is a public client.
    func post(
        _ path: String, _ parameters: [(String, String)], client: String = "app",
        audience: String? = nil, headers: HeaderFields = [:]
    ) async throws -> Reply {
        let proof =
            client == "browser"
            ? [("client_id", client)]
            : [
                ("client_assertion_type", SentCredentials.assertionType.text),
                ("client_assertion", try assertion(client, audience: audience)),
            ]
        return try await send("POST", path, form: parameters + proof, headers: headers)
    }

    /// Sends a token request.
    func post(_ parameters: [(String, String)], client: String = "app") async throws -> Reply {
        try await post("/oauth2/token", parameters, client: client)
    }

    func send(
        _ method: String, _ path: String, query: String? = nil, form: [(String, String)]? = nil,
        headers: HeaderFields = [:]
    ) async throws -> Reply {
        var headers = headers
        if form != nil { headers.append("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8") }
        let body = form?.map { "\($0)=" + Self.encoded($1) }.joined(separator: "&") ?? ""
        return Reply(
            await issuer.routes.response(
                to: EndpointRequest(
                    method: method, path: path, query: query, headers: headers, body: .bytes(Array(body.utf8)))))
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            Base64URL.isInAlphabet(byte) ? String(UnicodeScalar(byte)) : "%" + Hexadecimal.encode([byte])
        }.joined()
    }

    func redeem(
        _ code: String, client: String = "app", verifier: String? = nil, _ more: [(String, String)] = []
    ) async throws -> Reply {
        let proof = verifier.map { [("code_verifier", $0)] } ?? []
        return try await post(
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Self.redirectURI)] + proof + more,
            client: client)
    }

    func refresh(
        _ token: String, client: String = "app", _ more: [(String, String)] = []
    ) async throws -> Reply {
        try await post([("grant_type", "refresh_token"), ("refresh_token", token)] + more, client: client)
    }

    func userInfo(_ token: String?) async throws -> Reply {
        try await send(
            "GET", "/oauth2/userinfo", headers: token.map { ["Authorization": "bEARER \($0)"] } ?? [:])
    }

    func introspect(_ token: String?, by client: String = "app") async throws -> Reply {
        try await post("/oauth2/introspect", [("token", token ?? "")], client: client)
    }

    /// Returns the claims of a JWT that the issuer has signed.
    func signed(_ token: [UInt8], as type: JWTType) -> JSONObject? {
        OwnSignature(keys.ring, issuer: Self.issuer).claims(of: token, type: type)
    }
}
