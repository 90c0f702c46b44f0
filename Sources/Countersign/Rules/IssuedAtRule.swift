/// Rules 21 and 22, RFC 7523 §3 (6): `iat`, if present, is neither in the future nor too far in the past.
enum IssuedAtRule {
    /// Rule 21: `iat` is not in the future.
    static func check(_ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime) throws(Rejection) {
        guard let issuedAt = try claims.date(.issuedAt) else { return }
        guard issuedAt <= now + policy.effectiveFutureTolerance else {
            throw .issuedInFuture(AssertionTimes(claims, policy, at: now))
        }
    }

    /// Rule 22: `iat` is not older than the maximum age, unless that is zero.
    static func checkAge(_ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime) throws(Rejection) {
        guard let issuedAt = try claims.date(.issuedAt) else {
            if policy.requiresIssuedAt { throw .missingClaim(.issuedAt, .absent) }
            return
        }
        guard policy.maximumAge > .zero else { return }
        guard issuedAt >= now - policy.maximumAge - policy.clockSkew else {
            throw .tooOld(AssertionTimes(claims, policy, at: now))
        }
    }
}
