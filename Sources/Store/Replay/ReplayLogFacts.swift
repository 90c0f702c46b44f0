/// Statistics of a replay log, for administrators.
package struct ReplayLogFacts: Sendable, Equatable {
    /// The number of claims, including expired ones that are not removed yet.
    package let claims: Int
    /// New claims that expire at this time or earlier are refused.
    package let sweptUntil: UnixTime

    package init(claims: Int, sweptUntil: UnixTime) {
        self.claims = claims
        self.sweptUntil = sweptUntil
    }
}
