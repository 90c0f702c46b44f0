/// A verifier of JWTs that this server has signed, by its published keys.
package struct OwnSignature: Sendable {
    private let ring: SigningKeyRing
    private let issuer: ExactString

    package init(_ keys: SigningKeyRing, issuer: String) {
        ring = keys
        self.issuer = ExactString(issuer)
    }

    /// Returns the claims of a JWT that this issuer has signed as one of this type. Its times, audience and revocation are not checked.
    ///
    /// - Parameter token: ASCII bytes.
    /// - Returns: `nil` for every other text, one with `alg` `none` included.
    package func claims(of token: [UInt8], type: JWTType) -> JSONObject? {
        verified(token, type: type)?.claims
    }

    /// Whether signatures of a key are still accepted.
    func accepts(_ keyID: ExactString) -> Bool { ring.current.verifying[keyID] != nil }

    /// Returns also the `kid` of the key that signed.
    func verified(_ token: [UInt8], type: JWTType) -> (claims: JSONObject, keyID: ExactString)? {
        guard let jws = try? CompactJWS(parsing: token), jws.header.type == ExactString(type.rawValue),
            let keyID = jws.header.keyID, let key = ring.current.verifying[keyID],
            key.algorithm == jws.header.algorithm,
            key.key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: jws.header.algorithm),
            let claims = try? JSONObject(parsing: jws.payload), claims.string("iss") == issuer
        else { return nil }
        return (claims, keyID)
    }
}

extension JSONObject {
    /// Returns a NumericDate (RFC 7519 §2).
    package func time(_ name: String) -> UnixTime? {
        guard case .number(let number)? = self[name] else { return nil }
        return UnixTime(numericDate: number.double)
    }

    /// Returns a claim that is a string or an array of strings, as `aud` (RFC 7519 §4.1.3).
    package func oneOrMany(_ name: String) -> [String]? {
        switch self[name] {
        case .string(let text)?: return [text.text]
        case .array(let elements)?:
            let texts = elements.compactMap { if case .string(let text) = $0 { text.text } else { nil } }
            return texts.count == elements.count ? texts : nil
        case nil, .null?, .boolean?, .number?, .object?: return nil
        }
    }
}
