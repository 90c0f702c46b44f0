/// The contents of a client's assertions (RFC 7523 §3); each call of `sign` creates a new assertion.
public struct AssertionTemplate: Sendable {
    /// The value of `iss` and `sub`.
    public var clientID: ClientID
    /// The value of `aud`: the authorization server's issuer identifier.
    public var audience: String
    /// How long an assertion is valid.
    public var lifetime: Duration
    /// The registered `kid`, if the key has one.
    public var keyID: ExactString?
    /// The header's `typ`; `nil` omits it.
    public var type: String?
    /// Further claims, which override the standard ones.
    public var additionalClaims: JSONObject

    /// - Parameters:
    ///   - clientID: the value of `iss` and `sub`.
    ///   - audience: the authorization server's issuer identifier.
    ///   - lifetime: from signing to `exp`; a minute by default.
    ///   - keyID: the registered `kid`, if the key has one.
    ///   - type: `client-authentication+jwt` by default.
    ///   - additionalClaims: further claims, which override the standard ones.
    public init(
        clientID: ClientID, audience: String, lifetime: Duration = .seconds(60), keyID: ExactString? = nil,
        type: String? = "client-authentication+jwt", additionalClaims: JSONObject = [:]
    ) {
        self.clientID = clientID
        self.audience = audience
        self.lifetime = lifetime
        self.keyID = keyID
        self.type = type
        self.additionalClaims = additionalClaims
    }

    /// Signs a new assertion.
    ///
    /// - Parameters:
    ///   - key: the private key.
    ///   - algorithm: `nil` uses the key's default.
    ///   - now: the value of `iat`; `exp` is `now` plus the lifetime.
    ///   - jti: random by default.
    /// - Returns: the compact serialization.
    /// - Throws: `KeyError` if the key does not fit the algorithm.
    public func sign(
        with key: SigningKey, algorithm: SignatureAlgorithm? = nil, at now: UnixTime,
        jti: ExactString = Self.randomJWTID()
    ) throws(KeyError) -> String {
        let algorithm = algorithm ?? key.defaultAlgorithm
        let header: JSONObject = ["alg": .string(algorithm.name), "typ": .string(type), "kid": .string(keyID)]
        var claims: JSONObject = [
            "iss": .string(clientID.value), "sub": .string(clientID.value), "aud": .string(audience),
            "jti": .string(jti),
            "iat": .number(now.seconds), "exp": .number((now + lifetime).seconds),
        ]
        for claim in additionalClaims.members { claims.set(claim.name.text, claim.value) }
        return try CompactJWS.sign(header: header, payload: claims.rendered(), key: key, algorithm: algorithm)
    }

    /// Returns a `jti` of 128 random bits, in base64url.
    public static func randomJWTID() -> ExactString {
        ExactString(Base64URL.encode(RandomBytes.make(16)))
    }
}
