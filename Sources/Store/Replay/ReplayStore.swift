/// The used `jti`s of one issuer (rule 24).
package protocol ReplayStore: ReplayGuard {
    /// Returns statistics of the replay log.
    func facts() async throws(StoreError) -> ReplayLogFacts

    /// Removes expired `jti`s, one small step at a time.
    ///
    /// - Returns: whether there was anything to remove.
    func sweepStep() async throws(StoreError) -> Bool
}

extension ReplayStore {
    /// Removes expired `jti`s in the background until its task is cancelled. It pauses between steps, so that claims go first.
    ///
    /// - Parameter report: receives a failure once, however often it recurs.
    package func sweep(
        every interval: Duration = .seconds(5), report: @escaping @Sendable (StoreError) -> Void
    ) async {
        var lastReported: StoreError?
        while !Task.isCancelled {
            do throws(StoreError) {
                while try await sweepStep(), (try? await Task.sleep(for: .milliseconds(10))) != nil {}
                lastReported = nil
            } catch {
                if error != lastReported, !Task.isCancelled {
                    report(error)
                }
                lastReported = error
            }
            try? await Task.sleep(for: interval)
        }
    }
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
