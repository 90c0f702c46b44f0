import Countersign
import Store

/// A client to register before a test.
struct TestClient: Sendable {
    let id: String
    var key = TestClients.key
    var change: @Sendable (inout ClientRecord) -> Void = { _ in }
    var certificate: CertificateFacts?
    /// Whether it has a key of its own.
    var hasKey = true

    func register(in store: any Store) async throws {
        var record = ClientRecord(id: ClientID(id), name: id, createdAt: TestServer.now)
        record.scopes = ["read", "write"]
        change(&record)
        let jwk = JWK(key: key.verificationKey, keyID: "k1", algorithm: nil, use: nil)
        let certificate = certificate.map { KeyCertificate(der: [0x30, 0x00], facts: $0) }
        guard hasKey else { return try await store.clients.add(record, keys: []) }
        try await store.clients.add(
            record, keys: [KeyRecord(jwk: jwk, certificate: certificate, addedAt: TestServer.now)])
    }
}

/// The clients of the shared server.
enum TestClients {
    static let key: SigningKey = {
        do { return try SigningKey.generate(.es256) } catch { preconditionFailure("\(error)") }
    }()

    static let rsaKey: SigningKey = {
        do { return try SigningKey.generate(.rs256) } catch { preconditionFailure("\(error)") }
    }()

    static let all: [TestClient] = [
        TestClient(id: "billing"), TestClient(id: "shipping"), TestClient(id: "café"),
        TestClient(id: "disabled", change: { $0.isEnabled = false }),
        TestClient(
            id: "pinned",
            change: {
                $0.options.signingAlgorithm = .rs256
                $0.name = "Acme Pinned"
            }),
        TestClient(id: "rsa", key: rsaKey),
        TestClient(id: "grantless", change: { $0.grants = [] }),
        TestClient(
            id: "opaque",
            change: {
                $0.accessTokenFormat = .opaque
                $0.accessTokenLifetime = .seconds(120)
            }),
        TestClient(
            id: "lapsed",
            certificate: CertificateFacts(
                subject: "CN=lapsed", notBefore: UnixTime(seconds: 0), notAfter: UnixTime(seconds: 1_700_000_000),
                thumbprintSHA1: "a", thumbprintSHA256: "b")),
    ]
}

/// An assertion that is valid except for what a test changes.
struct Assertion {
    var claims: [(String, JSONValue?)]
    var header: [(String, JSONValue)]
    var key: SigningKey
    var algorithm: SignatureAlgorithm
    var payload: String?

    /// - Parameters:
    ///   - times: claims in seconds from now.
    ///   - payload: replaces all claims.
    init(
        client: String = "billing", key: @autoclosure () throws -> SigningKey = TestClients.key,
        algorithm: SignatureAlgorithm = .es256, header: [(String, JSONValue)] = [],
        claims: [(String, JSONValue?)] = [], times: [String: Int64] = [:], payload: String? = nil
    ) throws {
        let now = TestServer.now.seconds
        var all: [(String, JSONValue?)] = [
            ("iss", .string(client)), ("sub", .string(client)),
            ("aud", .string(TestServer.issuer)), ("exp", .number(now + 60)),
            ("jti", .string(AssertionTemplate.randomJWTID())),
        ]
        for (name, value) in claims + times.map({ ($0.key, JSONValue.number(now + $0.value)) }) {
            all.removeAll { $0.0 == name }
            all.append((name, value))
        }
        self.claims = all
        self.header = header
        self.key = try key()
        self.algorithm = algorithm
        self.payload = payload
    }

    /// Signs, then replaces the signature with these bytes.
    func signed(with signature: [UInt8]) throws -> String {
        let parts = try signed().split(separator: ".")
        return "\(parts[0]).\(parts[1]).\(Base64URL.encode(signature))"
    }

    func signed() throws -> String {
        let members = claims.compactMap { name, value in value.map { (name, $0) } }
        let named = header.contains { $0.0 == "alg" }
        let header = (named ? [] : [("alg", JSONValue.string(algorithm.name))]) + header
        return try CompactJWS.sign(
            header: JSONObject(header), payload: Array((payload ?? JSONObject(members).render()).utf8), key: key,
            algorithm: algorithm)
    }
}
