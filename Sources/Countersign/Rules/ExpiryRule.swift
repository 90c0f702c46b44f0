/// Rules 18 and 19, RFC 7523 §3 (4): `exp` is present, has not passed and is not too far in the future.
enum ExpiryRule {
    /// Rule 18: an assertion is refused from `exp` plus the clock skew on.
    static func check(
        _ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime
    ) throws(Rejection) -> UnixTime {
        guard let expiry = try claims.date(.expiry) else { throw .missingClaim(.expiry, .absent) }
        guard now < expiry + policy.clockSkew else { throw .expired(AssertionTimes(claims, policy, at: now)) }
        return expiry
    }

    /// Rule 19: `exp` is at most the maximum lifetime, plus the clock skew, from now.
    static func checkLifetime(
        _ expiry: UnixTime, _ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime
    ) throws(Rejection) {
        guard expiry <= now + policy.effectiveMaximumLifetime + policy.clockSkew else {
            throw .lifetimeTooLong(AssertionTimes(claims, policy, at: now))
        }
    }
}
