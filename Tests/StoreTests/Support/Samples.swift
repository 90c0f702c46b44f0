import Countersign
import Store
import Crypto
import TestSupport

enum Samples {
    static func client(
        _ id: String = "billing", keySetURL: String? = nil, at time: UnixTime = TestClock.start
    ) -> ClientRecord {
        ClientRecord(
            id: ClientID(id), name: "Billing job", scopes: ["invoices.read"], keySetURL: keySetURL, createdAt: time)
    }

    /// A record in which every field differs from its default.
    static func unusualClient(_ id: String) -> ClientRecord {
        ClientRecord(
            id: ClientID(id), name: "Œuvre \u{1F600}", description: "two\nlines", isEnabled: false, grants: [],
            scopes: ["a", "b:c", "!#[]~"], authenticationMethod: .none,
            options: ClientOptions(
                signingAlgorithm: .edDSA, audienceProfile: .legacy, allowsReuse: true, requiresExplicitTyping: true,
                certificateValidity: .warn),
            keySetURL: "https://client.example/jwks?é", accessTokenFormat: .opaque,
            accessTokenLifetime: .milliseconds(90_500), signIn: unusualSignIn,
            createdAt: UnixTime(milliseconds: 1_234_567_890_123),
            updatedAt: UnixTime(milliseconds: 1_234_567_890_124))
    }

    static func key(
        _ keyID: String? = nil, certificate: KeyCertificate? = nil, status: KeyAvailability = .active
    ) throws -> KeyRecord {
        let key = try SigningKey.generate(.es256).verificationKey
        return KeyRecord(
            jwk: JWK(key: key, keyID: keyID.map { ExactString($0) }, algorithm: .es256, use: "sig"),
            certificate: certificate, status: status, addedAt: TestClock.start)
    }

    static let certificate = KeyCertificate(
        der: [0x30, 0x03, 0x02, 0x01, 0x00],
        facts: CertificateFacts(
            subject: "CN=NUL\0inside", notBefore: UnixTime(seconds: -1), notAfter: UnixTime(seconds: 4_000_000_000),
            thumbprintSHA1: "c2hhMQ", thumbprintSHA256: "c2hhMjU2"))

    /// - Parameter certificate: the single byte of its certificate; `nil` for `Samples.certificate`.
    static func keyStoreEntry(
        _ alias: ExactString, certificate: UInt8? = nil, isFromJava: Bool = false, at time: UnixTime = TestClock.start
    ) throws -> KeyStoreEntry {
        let certificate = certificate.map { KeyCertificate(der: [$0], facts: Self.certificate.facts) }
        return KeyStoreEntry(
            alias: alias, certificate: certificate ?? Self.certificate, jwk: try key(alias.text).jwk,
            isFromJava: isFromJava, addedAt: time)
    }

    static func keySet(
        _ url: String, body: [UInt8] = [], etag: String? = nil, at time: UnixTime = TestClock.start,
        nextAttemptIn wait: Duration = .seconds(60), problem: String? = nil
    ) -> RemoteKeySetRecord {
        RemoteKeySetRecord(
            url: url, body: body, etag: etag, attemptedAt: time, nextAttemptAt: time + wait, problem: problem)
    }

    static func claim(
        _ jti: String, of client: String = "billing", expiresIn lifetime: Duration = .seconds(90),
        at time: UnixTime = TestClock.start
    ) -> ReplayClaim {
        ReplayClaim(
            client: ClientID(client), digest: Array(SHA256.hash(data: Array(jti.utf8)).prefix(16)),
            expiry: time + lifetime)
    }

    static func auditEntry(
        _ reference: String, isProven: Bool = false, client: String? = "billing", secondsLater: Int64 = 0
    ) -> AuditEntry {
        AuditEntry(
            reference: Reference(reference), at: TestClock.start + .seconds(secondsLater), clientID: client,
            isProven: isProven,
            code: "expired", endpoint: "/oauth2/token", remoteAddress: "192.0.2.1", trace: #"{"rules":[]}"#)
    }
}
