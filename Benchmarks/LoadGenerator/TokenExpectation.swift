import Countersign

/// The expected kind of access token.
enum TokenExpectation: Sendable {
    /// Signed by one of the server's keys (RFC 9068).
    case jwt(keys: JWKSet, issuer: ExactString, from: UnixTime, to: UnixTime)
    /// An opaque string of at least 128 bits (RFC 6749 §10.10).
    case opaque
    /// Any string, from another server.
    case any

    /// - Returns: the value that must be unique among tokens: the `jti`, or the whole token.
    func check(_ token: ExactString, client: ClientID, lifetime: Int64) throws -> ExactString {
        switch self {
        case .jwt(let keys, let issuer, let from, let to):
            let claims = try Self.verified(token, keys)
            guard claims.string("iss") == issuer else { throw WrongAnswer("iss is not the issuer") }
            guard claims.string("sub") == client.value, claims.string("client_id") == client.value else {
                throw WrongAnswer("sub or client_id is not \(client)")
            }
            guard claims.string("aud")?.text.isEmpty == false else { throw WrongAnswer("no aud") }
            guard claims.string("scope")?.text == TokenRequest.scope else { throw WrongAnswer("wrong scope") }
            guard case .number(let issued)? = claims["iat"], let issuedAt = issued.integer,
                (from.seconds...to.seconds).contains(issuedAt)
            else { throw WrongAnswer("iat is outside the run") }
            guard case .number(let expiry)? = claims["exp"], expiry.integer == issuedAt + lifetime else {
                throw WrongAnswer("exp is not iat + expires_in")
            }
            guard let identifier = claims.string("jti"), !identifier.text.isEmpty else { throw WrongAnswer("no jti") }
            return identifier
        case .opaque:
            // 22 characters of base64url hold 128 bits; a prefix and sealed content only make it longer.
            guard token.text.utf8.count >= 22, token.text.utf8.allSatisfy(Self.isUnreserved) else {
                throw WrongAnswer("the token is shorter than 128 bits, or has characters that a header cannot carry")
            }
            return token
        case .any:
            guard !token.text.isEmpty else { throw WrongAnswer("the token is empty") }
            return token
        }
    }

    /// Whether the answer must contain everything that Countersign sends, or only what RFC 6749 requires.
    var isOurs: Bool {
        switch self {
        case .jwt, .opaque: true
        case .any: false
        }
    }

    /// RFC 3986 §2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Checks type and signature (RFC 9068 §4).
    private static func verified(_ token: ExactString, _ keys: JWKSet) throws -> JSONObject {
        let jws = try CompactJWS(parsing: Array(token.text.utf8))
        guard jws.header.type == "at+jwt" else { throw WrongAnswer("typ is not at+jwt") }
        let algorithm = jws.header.algorithm
        let key = keys.keys.first { $0.keyID == jws.header.keyID && $0.allowsVerification(with: algorithm) }
        guard let key, key.keyID != nil else { throw WrongAnswer("no published key has its kid and alg") }
        guard key.key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: algorithm) else {
            throw WrongAnswer("the signature is wrong")
        }
        return try JSONObject(parsing: jws.payload)
    }
}
