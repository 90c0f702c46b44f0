import CountersignJOSE

/// Signs JWT access tokens with one key; the header never changes, so it is encoded once.
package struct AccessTokenSigner: Sendable {
    let key: SigningKey
    let algorithm: SignatureAlgorithm
    private let encodedHeader: [UInt8]

    /// - Parameter keyID: the `kid` under which `/oauth2/jwks` publishes the public half.
    package init(key: SigningKey, algorithm: SignatureAlgorithm, keyID: ExactString) {
        self.key = key
        self.algorithm = algorithm
        let header: JSONObject = [
            "typ": "at+jwt", "alg": .string(algorithm.name), "kid": .string(keyID),
        ]
        encodedHeader = Base64URL.encoded(header.rendered())
    }

    /// - Returns: the token in ASCII.
    func sign(_ payload: [UInt8]) throws(OAuthError) -> [UInt8] {
        do {
            return try CompactJWS.sign(encodedHeader: encodedHeader, payload: payload, key: key, algorithm: algorithm)
        } catch {
            throw OAuthError(.temporarilyUnavailable, "The server could not sign a token.")
        }
    }
}
