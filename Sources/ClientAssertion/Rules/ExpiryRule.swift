/// Rules 18 and 19, RFC 7523 §3 (4): an assertion has an end, which has not passed and is not far off.
enum ExpiryRule {
    /// Rule 18: refused from the moment `exp` plus the clock skew is reached.
    static func check(
        _ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime
    ) throws(Rejection) -> UnixTime {
        switch claims.date("exp") {
        case .absent: throw .missingClaim(.expiry, .absent)
        case .invalid: throw .expired(at: nil, now: now, skew: policy.clockSkew)
        case .time(let expiry):
            guard now < expiry + policy.clockSkew else { throw .expired(at: expiry, now: now, skew: policy.clockSkew) }
            return expiry
        }
    }

    /// Rule 19: not later than the maximum lifetime, plus the clock skew, from now.
    static func checkLifetime(_ expiry: UnixTime, _ policy: AssertionPolicy, at now: UnixTime) throws(Rejection) {
        let latest = now + policy.longestLifetime + policy.clockSkew
        guard expiry <= latest else { throw .lifetimeTooLong(expiry: expiry, latest: latest) }
    }
}
