/// Rule 20, RFC 7523 §3 (5): `nbf`, if present, has come.
enum NotBeforeRule {
    static func check(_ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime) throws(Rejection) {
        switch claims.date("nbf") {
        case .absent: return
        case .invalid: throw .notYetValid(notBefore: nil, now: now, skew: policy.longestAhead)
        case .time(let notBefore):
            guard notBefore <= now + policy.longestAhead else {
                throw .notYetValid(notBefore: notBefore, now: now, skew: policy.longestAhead)
            }
        }
    }
}
