/// Rule 23, RFC 7523 §3 (7): `jti` is a string of 1 to 256 bytes.
enum JWTIDRule {
    static let maximumLength = 256

    /// - Returns: `nil` only in the legacy profile, if `jti` is absent; the replay claim then uses the signing input.
    static func check(_ claims: AssertionClaims, _ policy: AssertionPolicy) throws(Rejection) -> ExactString? {
        if claims.object["jti"] == nil, policy.audienceProfile.allowsMissingJWTID { return nil }
        let jti = try claims.requiredString(.jwtID)
        let length = jti.text.utf8.count
        guard length <= maximumLength else { throw .missingClaim(.jwtID, .tooLong(length)) }
        return jti
    }
}
