import Countersign
import CountersignJOSE
import CountersignStore
import Crypto

/// Records to store.
enum Samples {
    static func client(_ id: String = "billing", at time: UnixTime = TestClock.start) -> ClientRecord {
        ClientRecord(id: ClientID(id), name: "Billing job", scopes: ["invoices.read"], createdAt: time)
    }

    /// A record in which every field differs from its default.
    static func unusualClient(_ id: String) -> ClientRecord {
        ClientRecord(
            id: ClientID(id), name: "Œuvre \u{1F600}", description: "two\nlines", isEnabled: false, grants: [],
            scopes: ["a", "b:c", "!#[]~"], authenticationMethod: .none, signingAlgorithm: .edDSA,
            audienceProfile: .legacy, allowsReuse: true, requiresExplicitTyping: true, accessTokenFormat: .opaque,
            accessTokenLifetime: .milliseconds(90_500), createdAt: UnixTime(milliseconds: 1_234_567_890_123),
            updatedAt: UnixTime(milliseconds: 1_234_567_890_124))
    }

    static func key(_ keyID: String? = nil, certificate: RegisteredCertificate? = nil) throws -> KeyRecord {
        let key = try SigningKey.generate(.es256).verificationKey
        return KeyRecord(
            jwk: JWK(key: key, keyID: keyID.map { ExactString($0) }, algorithm: .es256, use: "sig"),
            certificate: certificate, addedAt: TestClock.start)
    }

    static let certificate = RegisteredCertificate(
        der: [0x30, 0x03, 0x02, 0x01, 0x00],
        facts: CertificateFacts(
            subject: "CN=NUL\0inside", notBefore: UnixTime(seconds: -1), notAfter: UnixTime(seconds: 4_000_000_000),
            thumbprintSHA1: "c2hhMQ", thumbprintSHA256: "c2hhMjU2"))

    static func claim(
        _ jti: String, of client: String = "billing", expiresIn lifetime: Duration = .seconds(90),
        at time: UnixTime = TestClock.start
    ) -> ReplayClaim {
        ReplayClaim(
            client: ClientID(client), digest: Array(SHA256.hash(data: Array(jti.utf8)).prefix(16)),
            expiry: time + lifetime)
    }

    static func token(_ token: String, expiresIn lifetime: Duration = .seconds(3600)) -> AccessTokenRecord {
        AccessTokenRecord(
            digest: Array(SHA256.hash(data: Array(token.utf8))), clientID: ClientID("billing"),
            scope: ["invoices.read", "invoices.write"], audience: "https://api.example", issuedAt: TestClock.start,
            expiresAt: TestClock.start + lifetime)
    }

    static func auditEntry(
        _ reference: String, isProven: Bool = false, client: String? = "billing", secondsLater: Int64 = 0
    ) -> AuditEntry {
        AuditEntry(
            reference: reference, at: TestClock.start + .seconds(secondsLater), clientID: client, isProven: isProven,
            code: "expired", endpoint: "/oauth2/token", remoteAddress: "192.0.2.1", trace: #"{"rules":[]}"#)
    }
}
