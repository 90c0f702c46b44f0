import Administration
import Synchronization
import TestSupport
import Testing

@testable import Console
@testable import Server

/// A server with clients that differ in what the rules depend on, and its debugger.
struct DebuggerBench: Sendable {
    static let key = makeKey(.es256)
    static let otherKey = makeKey(.es256)
    static let path = "/debugger"

    let bench: ConsoleBench
    let documents: Documents

    private static func makeKey(_ algorithm: SignatureAlgorithm) -> SigningKey {
        do { return try SigningKey.generate(algorithm) } catch { preconditionFailure("\(error)") }
    }

    init(settings change: (inout ServerSettings) -> Void = { _ in }) async throws {
        let documents = Documents()
        bench = try await ConsoleBench(reader: documents, settings: change)
        self.documents = documents
        for (id, change) in Self.clients { try await add(id, change) }
        try await bench.store.clients.add(
            Self.record("many"),
            keys: (0..<5).map { _ in
                KeyRecord(jwk: JWK(key: Self.makeKey(.es256).verificationKey), addedAt: TestClock.start)
            })
        try await add("keyless", keys: [])
        try await add("retired", keys: [Self.record(.retiring(until: TestClock.start - .seconds(60)))])
        try await add("revoked", keys: [Self.record(.revoked(since: TestClock.start - .seconds(60)))])
        try await add("lapsed", keys: [Self.lapsed])
        try await add("warned", { $0.options.certificateValidity = .warn }, keys: [Self.lapsed])
    }

    private static let clients: [(String, @Sendable (inout ClientRecord) -> Void)] = [
        ("billing", { _ in }), ("disabled", { $0.isEnabled = false }),
        ("pinned", { $0.options.signingAlgorithm = .rs256 }), ("strict", { $0.options.audienceProfile = .strict }),
        ("fapi", { $0.options.audienceProfile = .fapi }), ("legacy", { $0.options.audienceProfile = .legacy }),
        ("typed", { $0.options.requiresExplicitTyping = true }), ("reuser", { $0.options.allowsReuse = true }),
        ("secret", { $0.authenticationMethod = .clientSecretBasic }),
    ]

    private static func record(_ status: KeyAvailability) -> KeyRecord {
        KeyRecord(jwk: jwk, status: status, addedAt: TestClock.start)
    }

    static let jwk = JWK(key: key.verificationKey, keyID: "k")

    private static let lapsed = KeyRecord(
        jwk: jwk,
        certificate: KeyCertificate(
            der: [0x30, 0x00],
            facts: CertificateFacts(
                subject: "CN=lapsed", notBefore: UnixTime(seconds: 0), notAfter: UnixTime(seconds: 1_700_000_000),
                thumbprintSHA1: "a", thumbprintSHA256: "b")), addedAt: TestClock.start)

    static func record(_ id: String, _ change: (inout ClientRecord) -> Void = { _ in }) -> ClientRecord {
        var record = ClientRecord(id: ClientID(id), name: id, scopes: ["read"], createdAt: TestClock.start)
        change(&record)
        return record
    }

    func add(
        _ id: String, _ change: (inout ClientRecord) -> Void = { _ in },
        keys: [KeyRecord] = [KeyRecord(jwk: jwk, addedAt: TestClock.start)]
    ) async throws {
        try await bench.store.clients.add(Self.record(id, change), keys: keys)
    }

    /// Signs an assertion that is valid except for what a test changes.
    ///
    /// - Parameter times: claims in seconds from now.
    func assertion(
        of client: String = "billing", key: SigningKey = key, header: [(String, JSONValue)] = [("kid", "k")],
        claims changes: [(String, JSONValue?)] = [], times: [String: Int64] = [:], payload: String? = nil
    ) throws -> String {
        let now = bench.clock.now.seconds
        var claims: [(String, JSONValue?)] = [
            ("iss", .string(client)), ("sub", .string(client)), ("aud", .string(ConsoleBench.issuer)),
            ("exp", .number(now + 60)), ("iat", .number(now)), ("jti", .string(AssertionTemplate.randomJWTID())),
        ]
        for (name, value) in changes + times.map({ ($0.key, JSONValue.number(now + $0.value)) }) {
            claims.removeAll { $0.0 == name }
            claims.append((name, value))
        }
        let algorithm = key.defaultAlgorithm
        let named = header.contains { $0.0 == "alg" }
        let members = (named ? [] : [("alg", JSONValue.string(algorithm.name))]) + header
        let text = payload ?? JSONObject(claims.compactMap { name, value in value.map { (name, $0) } }).render()
        return try CompactJWS.sign(
            header: JSONObject(members), payload: Array(text.utf8), key: key, algorithm: algorithm)
    }

    /// Replaces the signature.
    static func replacing(_ signature: [UInt8], of assertion: String) -> String {
        assertion.split(separator: ".").dropLast().joined(separator: ".") + "." + Base64URL.encode(signature)
    }

    func judge(
        _ assertion: String, _ conditions: AssertionConditions = AssertionConditions()
    ) async throws -> AssertionJudgement {
        try await AssertionDebugger(bench.store, bench.settings, bench.urls)
            .judge(Array(assertion.utf8), asIf: conditions, at: bench.clock.now)
    }

    /// Sends an assertion to the token endpoint.
    func send(_ assertion: String) async -> Browser.Shown {
        await Browser(bench).send(
            "POST", "/oauth2/token",
            form: [
                ("grant_type", "client_credentials"), ("client_assertion", assertion),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ])
    }

    /// Returns the reference in an answer.
    func reference(_ answer: Browser.Shown) async throws -> String {
        await bench.store.audit.flush()
        return String(try #require(answer.html.firstMatch(of: /[Rr]eference ([A-Z2-7]{8})/), "\(answer.html)").1)
    }

    /// Returns the code for which the token endpoint refuses an assertion; `nil` if it issues a token.
    func refusal(_ assertion: String) async throws -> String? {
        let answer = await send(assertion)
        if answer.status == 200 { return nil }
        let entry = try await bench.store.audit.entry(Reference(typed: try await reference(answer)))
        return try #require(entry).code
    }
}

/// A network of documents by URL.
final class Documents: RemoteReader {
    private let bodies = Mutex<[String: [UInt8]]>([:])
    private let calls = Mutex(0)

    /// How many documents were asked for.
    var readCount: Int { calls.withLock { $0 } }

    func publish(_ body: [UInt8], at url: String) { bodies.withLock { $0[url] = body } }

    /// A key set with one key.
    static func keySet(_ key: SigningKey) -> [UInt8] {
        Array(JWKSet([JWK(key: key.verificationKey, keyID: "k")]).render().utf8)
    }

    func read(_ document: RemoteDocument, at url: ExactString, etag: String?) async -> ReadResult {
        calls.withLock { $0 += 1 }
        guard let body = bodies.withLock({ $0[url.text] }) else { return .failed(reason: "there is no document") }
        return .received(body, etag: nil, lifetime: nil)
    }
}
