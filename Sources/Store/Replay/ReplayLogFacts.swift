import Countersign

/// What a replay log holds, for those who look after it.
package struct ReplayLogFacts: Sendable, Equatable {
    /// How many claims are in it, expired ones that are not removed yet among them.
    package let claims: Int
    /// New claims that expire then or sooner are refused.
    package let sweptUntil: UnixTime

    package init(claims: Int, sweptUntil: UnixTime) {
        self.claims = claims
        self.sweptUntil = sweptUntil
    }
}
