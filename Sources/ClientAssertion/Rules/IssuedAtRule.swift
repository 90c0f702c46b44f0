/// Rules 21 and 22, RFC 7523 §3 (6): `iat`, if present, is neither in the future nor too far in the past.
enum IssuedAtRule {
    /// Rule 21.
    static func check(_ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime) throws(Rejection) {
        switch claims.date("iat") {
        case .absent: return
        case .invalid: throw .issuedInFuture(issuedAt: nil, now: now, skew: policy.longestAhead)
        case .time(let issuedAt):
            guard issuedAt <= now + policy.longestAhead else {
                throw .issuedInFuture(issuedAt: issuedAt, now: now, skew: policy.longestAhead)
            }
        }
    }

    /// Rule 22: `RejectBeforeInMinutes`, which asks nothing when it is zero.
    static func checkAge(_ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime) throws(Rejection) {
        switch claims.date("iat") {
        case .absent:
            if policy.requiresIssuedAt { throw .missingClaim(.issuedAt, .absent) }
        case .invalid: throw .issuedInFuture(issuedAt: nil, now: now, skew: policy.longestAhead)
        case .time(let issuedAt):
            guard policy.maximumAge > .zero else { return }
            let oldest = now - policy.maximumAge - policy.clockSkew
            guard issuedAt >= oldest else { throw .tooOld(issuedAt: issuedAt, oldest: oldest) }
        }
    }
}
