import CountersignJOSE

/// Signs JWT access tokens with one key; the header never changes, so it is encoded once.
public struct AccessTokenSigner: Sendable {
    let key: SigningKey
    let algorithm: SignatureAlgorithm
    private let encodedHeader: [UInt8]

    /// - Parameter keyID: the `kid` under which `/oauth2/jwks` publishes the public half.
    public init(key: SigningKey, algorithm: SignatureAlgorithm, keyID: ExactString) {
        self.key = key
        self.algorithm = algorithm
        let header = JSONObject([
            ("typ", .string("at+jwt")), ("alg", .string(ExactString(algorithm.name))), ("kid", .string(keyID)),
        ])
        encodedHeader = Array(Base64URL.encode(Array(header.render().utf8)).utf8)
    }

    func sign(_ claims: AccessTokenClaims) throws(OAuthError) -> String {
        do {
            let token = try CompactJWS.sign(
                encodedHeader: encodedHeader, payload: Array(claims.object.render().utf8), key: key,
                algorithm: algorithm)
            return String(decoding: token, as: UTF8.self)
        } catch {
            throw OAuthError(.temporarilyUnavailable, "The server could not sign a token.")
        }
    }
}
