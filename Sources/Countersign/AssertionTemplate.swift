import CountersignJOSE

/// The contents of a client's assertions (RFC 7523 §3), from which each one is signed afresh.
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
    /// Further claims, which override the usual ones.
    public var additionalClaims: JSONObject

    /// - Parameters:
    ///   - clientID: the value of `iss` and `sub`.
    ///   - audience: the authorization server's issuer identifier.
    ///   - lifetime: from signing to `exp`; a minute by default.
    ///   - keyID: the registered `kid`, if the key has one.
    ///   - type: `client-authentication+jwt` by default.
    ///   - additionalClaims: further claims, which override the usual ones.
    public init(
        clientID: ClientID, audience: String, lifetime: Duration = .seconds(60), keyID: ExactString? = nil,
        type: String? = "client-authentication+jwt", additionalClaims: JSONObject = JSONObject([])
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
    ///   - algorithm: the key's default unless given.
    ///   - now: the value of `iat`; `exp` is `now` plus the lifetime.
    ///   - jti: random by default.
    /// - Returns: the compact serialization.
    /// - Throws: `KeyError` if the key does not fit the algorithm.
    public func sign(
        with key: SigningKey, algorithm: SignatureAlgorithm? = nil, at now: UnixTime,
        jti: ExactString = Self.randomJWTID()
    ) throws(KeyError) -> String {
        let algorithm = algorithm ?? key.defaultAlgorithm
        var header: [(String, JSONValue)] = [("alg", .string(ExactString(algorithm.name)))]
        if let type { header.append(("typ", .string(ExactString(type)))) }
        if let keyID { header.append(("kid", .string(keyID))) }
        let claims: [(String, JSONValue)] = [
            ("iss", .string(clientID.value)), ("sub", .string(clientID.value)), ("aud", .string(ExactString(audience))),
            ("jti", .string(jti)), ("iat", .number(JSONNumber(now.seconds))),
            ("exp", .number(JSONNumber((now + lifetime).seconds))),
        ]
        let replaced = claims.filter { additionalClaims[$0.0] == nil }
        let extra = additionalClaims.members.map { ($0.name.text, $0.value) }
        let payload = Array(JSONObject(replaced + extra).render().utf8)
        return try CompactJWS.sign(header: JSONObject(header), payload: payload, key: key, algorithm: algorithm)
    }

    /// A `jti` of 128 random bits, in base64url.
    public static func randomJWTID() -> ExactString {
        ExactString(Base64URL.encode(RandomBytes.make(16)))
    }
}
