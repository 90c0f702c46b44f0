import CountersignJOSE

/// The other side: what a client puts into an assertion (RFC 7523 §3), ready to be signed again and again.
public struct AssertionTemplate: Sendable {
    /// Becomes `iss` and `sub`.
    public var clientID: ClientID
    /// Who the assertion is for: the authorization server's issuer identifier.
    public var audience: ExactString
    /// How long an assertion is valid; a minute is plenty for one request.
    public var lifetime: Duration
    /// The registered `kid`, if the key has one.
    public var keyID: ExactString?
    /// The header's `typ`; `nil` leaves it out.
    public var type: ExactString?
    /// Claims beside the usual ones, or in their place: what stands here wins.
    public var additionalClaims: JSONObject

    /// - Parameters:
    ///   - lifetime: from the moment of signing to `exp`.
    ///   - type: `client-authentication+jwt` unless told otherwise.
    public init(
        clientID: ClientID, audience: ExactString, lifetime: Duration = .seconds(60), keyID: ExactString? = nil,
        type: ExactString? = "client-authentication+jwt", additionalClaims: JSONObject = [:]
    ) {
        self.clientID = clientID
        self.audience = audience
        self.lifetime = lifetime
        self.keyID = keyID
        self.type = type
        self.additionalClaims = additionalClaims
    }

    /// Signs a fresh assertion.
    ///
    /// - Parameters:
    ///   - now: becomes `iat`; `exp` is `now` plus the lifetime.
    ///   - jti: a new random one unless given.
    /// - Returns: the compact serialization.
    /// - Throws: `KeyError` where the key does not fit the algorithm.
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

    /// 128 random bits in base64url: a `jti` nobody guesses and nobody makes twice.
    public static func randomJWTID() -> ExactString {
        ExactString(Base64URL.encode(RandomBytes.make(16)))
    }
}
