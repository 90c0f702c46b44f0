/// A signer of JWTs of one type with any of the server's keys.
package struct JWTSigner: Sendable {
    private let ring: SigningKeyRing
    private let type: JWTType

    init(_ ring: SigningKeyRing, type: JWTType) {
        self.ring = ring
        self.type = type
    }

    /// - Parameter payload: a JSON object.
    /// - Returns: the JWT in ASCII.
    /// - Throws: `OAuthError` `temporarily_unavailable` if the server has no key of this algorithm, or the signature fails.
    package func sign(_ payload: [UInt8], with algorithm: SignatureAlgorithm) throws(OAuthError) -> [UInt8] {
        guard let key = ring.current.signing[algorithm], let header = key.encodedHeaders[type] else {
            throw OAuthError(
                .temporarilyUnavailable,
                "The answer to this client must be signed with \(algorithm.name), which this server does not sign with."
            )
        }
        do {
            return try CompactJWS.sign(
                encodedHeader: header, payload: payload, key: key.key, algorithm: algorithm)
        } catch {
            throw OAuthError(.temporarilyUnavailable, "The server could not sign the answer.")
        }
    }
}

/// The `typ` of a JWT that this server signs (RFC 8725 §3.11): one kind is never accepted as another.
package enum JWTType: String, Sendable, CaseIterable {
    /// RFC 9068 §2.1.
    case accessToken = "at+jwt"
    /// ID tokens and UserInfo responses, for which OpenID Connect defines no type.
    case plain = "JWT"
    /// OpenID Connect Back-Channel Logout 1.0 §2.4.
    case logoutToken = "logout+jwt"
    /// RFC 9701 §5.
    case introspection = "token-introspection+jwt"
}
