/// The used `jti`s of one issuer (rule 24).
package protocol ReplayStore: ReplayGuard {
    /// Returns statistics of the replay log.
    func facts() async throws(StoreError) -> ReplayLogFacts

    /// Returns whether a `jti` is used, without claiming it: for debugging.
    ///
    /// - Returns: `nil` if this process does not know, because it is not the server.
    func isUsed(_ claim: ReplayClaim) async throws(StoreError) -> Bool?

    /// Removes expired `jti`s, one small step at a time.
    ///
    /// - Returns: whether there was anything to remove.
    func sweepStep() async throws(StoreError) -> Bool
}

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
