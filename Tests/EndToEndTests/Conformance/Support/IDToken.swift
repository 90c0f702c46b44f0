import Countersign
import Crypto

/// An ID token that a relying party has validated (OpenID Connect Core §3.1.3.7), with small means of its own.
struct IDToken {
    let text: String
    let jws: CompactJWS
    let claims: JSONObject

    /// Claims that belong into an ID token. Others come from UserInfo, unless the request asked for them.
    private static let expected = [
        "iss", "sub", "aud", "exp", "iat", "nonce", "auth_time", "acr", "amr", "azp", "at_hash", "c_hash", "sid", "jti",
    ]

    /// - Parameters:
    ///   - nonce: of the request; `nil` if it had none, and then the token must have none.
    ///   - extra: claims that the request asked to have in the ID token.
    init(
        _ text: String, accessToken: String?, nonce: String?, algorithm: SignatureAlgorithm = .rs256,
        extra: [String] = [], at party: RelyingParty
    ) throws {
        self.text = text
        jws = try CompactJWS(parsing: Array(text.utf8))
        claims = try JSONObject(parsing: jws.payload)
        guard jws.header.algorithm == algorithm else { throw TestFailure("alg: \(jws.header.algorithm.name)") }
        guard let id = jws.header.keyID, let key = party.keys.first(where: { $0.keyID == id })?.key else {
            throw TestFailure("the kid is not in the key set: \(jws.header.parameters.render())")
        }
        guard key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: algorithm) else {
            throw TestFailure("the signature is not valid")
        }
        try checkClaims(nonce: nonce, at: party)
        if let hash = claims.string("at_hash"), let accessToken {
            let half = Array(SHA256.hash(data: Array(accessToken.utf8)).prefix(16))
            guard hash.text == Base64URL.encode(half) else { throw TestFailure("at_hash: \(hash.text)") }
        }
        for name in claims.members.map(\.name.text) where !(Self.expected + extra).contains(name) {
            throw TestFailure("a claim nobody asked for: \(name)")
        }
    }

    private func checkClaims(nonce: String?, at party: RelyingParty) throws {
        let now = party.server.now.seconds
        guard claims.string("iss")?.text == party.server.issuer else { throw TestFailure("iss: \(claims.render())") }
        let isAudience =
            switch claims["aud"] {
            case .string(let text)?: text.text == party.id
            case .array(let values)?: values.contains(.string(party.id))
            default: false
            }
        guard isAudience else { throw TestFailure("aud: \(claims.render())") }
        guard let subject = claims.string("sub")?.text, (1...255).contains(subject.utf8.count) else {
            throw TestFailure("sub: \(claims.render())")
        }
        guard let expiry = number("exp"), expiry > now else { throw TestFailure("exp: \(claims.render())") }
        guard let issued = number("iat"), abs(issued - now) <= 300 else { throw TestFailure("iat: \(claims.render())") }
        guard claims.string("nonce")?.text == nonce else { throw TestFailure("nonce: \(claims.render())") }
        if claims["auth_time"] != nil {
            guard let time = number("auth_time"), time <= now, time > now - 31_536_000 else {
                throw TestFailure("auth_time: \(claims.render())")
            }
        }
        if claims["acr"] != nil, claims.string("acr")?.text.isEmpty != false {
            throw TestFailure("acr: \(claims.render())")
        }
    }

    var subject: String? { claims.string("sub")?.text }
    var authenticationTime: Int64? { number("auth_time") }

    func number(_ name: String) -> Int64? {
        guard case .number(let number)? = claims[name] else { return nil }
        return number.integer
    }
}
