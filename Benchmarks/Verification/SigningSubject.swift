import Countersign
import Crypto

/// The cost of signing: an ES256 signature by swift-crypto alone, a JWS as large as an access token, and a whole assertion.
struct SigningSubject: Sendable {
    let series: [Series]

    init() throws {
        let now = UnixTime.now
        let bareKey = P256.Signing.PrivateKey()
        let key = try SigningKey.generate(.es256)
        let header = Array(Base64URL.encode(Array(#"{"typ":"at+jwt","alg":"ES256","kid":"1"}"#.utf8)).utf8)
        let claims: JSONObject = [
            "iss": "https://as.example", "sub": "billing", "aud": "https://as.example", "client_id": "billing",
            "iat": .number(now.seconds), "exp": .number(now.seconds + 3600),
            "jti": .string(AssertionTemplate.randomJWTID()), "scope": "invoices.read",
        ]
        let payload = Array(claims.render().utf8)
        let signingInput = header + [UInt8(ascii: ".")] + Array(Base64URL.encode(payload).utf8)
        let template = AssertionTemplate(
            clientID: ClientID("billing"), audience: "https://as.example",
            keyID: ExactString(key.verificationKey.thumbprint))

        series = [
            Series("ES256 signing, bare") { count in
                for _ in 0..<count {
                    _ = try bareKey.signature(for: SHA256.hash(data: signingInput)).rawRepresentation
                }
            },
            Series("ES256 signing, access token") { count in
                for _ in 0..<count {
                    _ = try CompactJWS.sign(encodedHeader: header, payload: payload, key: key, algorithm: .es256)
                }
            },
            Series("ES256 signing, client assertion") { count in
                for _ in 0..<count { _ = try template.sign(with: key, algorithm: .es256, at: now) }
            },
        ]
    }
}
