/// Rule 20, RFC 7523 §3 (5): `nbf`, if present, has been reached.
enum NotBeforeRule {
    static func check(_ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime) throws(Rejection) {
        guard let notBefore = try claims.date(.notBefore) else { return }
        guard notBefore <= now + policy.effectiveFutureTolerance else {
            throw .notYetValid(AssertionTimes(claims, policy, at: now))
        }
    }
}
