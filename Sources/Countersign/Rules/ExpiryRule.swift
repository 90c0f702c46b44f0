/// Rules 18 and 19, RFC 7523 §3 (4): an assertion has an end, which has not passed and is not far off.
enum ExpiryRule {
    /// Rule 18: refused from the moment `exp` plus the clock skew is reached.
    static func check(
        _ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime
    ) throws(Rejection) -> UnixTime {
        guard let expiry = try claims.date(.expiry) else { throw .missingClaim(.expiry, .absent) }
        guard now < expiry + policy.clockSkew else { throw .expired(AssertionTimes(claims, policy, at: now)) }
        return expiry
    }

    /// Rule 19: not later than the maximum lifetime, plus the clock skew, from now.
    static func checkLifetime(
        _ expiry: UnixTime, _ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime
    ) throws(Rejection) {
        guard expiry <= now + policy.longestLifetime + policy.clockSkew else {
            throw .lifetimeTooLong(AssertionTimes(claims, policy, at: now))
        }
    }
}
