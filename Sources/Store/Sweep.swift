/// The removal of ended records in the background, one small step at a time. It pauses between steps, so that other writes go first.
package struct Sweep: Sendable {
    /// The time between two passes.
    private let interval: Duration
    private let report: @Sendable (StoreError) -> Void

    /// - Parameter report: receives a failure once, however often it recurs.
    package init(every interval: Duration, report: @escaping @Sendable (StoreError) -> Void) {
        self.interval = interval
        self.report = report
    }

    /// Runs until its task is cancelled.
    ///
    /// - Parameter step: returns whether there was anything to remove.
    package func run(_ step: @Sendable () async throws(StoreError) -> Bool) async {
        var lastReported: StoreError?
        while !Task.isCancelled {
            do throws(StoreError) {
                while try await step(), (try? await Task.sleep(for: .milliseconds(10))) != nil {}
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

extension ReplayStore {
    /// Removes expired `jti`s until its task is cancelled.
    package func sweep(
        every interval: Duration = .seconds(5), report: @escaping @Sendable (StoreError) -> Void
    ) async {
        await Sweep(every: interval, report: report).run { () throws(StoreError) in try await sweepStep() }
    }
}

extension SessionStore {
    /// Removes sessions past their limits until its task is cancelled.
    package func sweep(
        every interval: Duration = .seconds(60), idleLimit: Duration, clock: @escaping @Sendable () -> UnixTime,
        report: @escaping @Sendable (StoreError) -> Void
    ) async {
        await Sweep(every: interval, report: report).run { () throws(StoreError) in
            let now = clock()
            return try await sweepStep(at: now, lastUsedBefore: now - idleLimit)
        }
    }
}

extension AuthorizationGrantStore {
    /// Removes ended grants, codes and refresh tokens until its task is cancelled.
    ///
    /// - Parameter accessTokenLifetime: the longest lifetime of an access token, with the tolerated clock skew: a grant is kept for as long.
    package func sweep(
        every interval: Duration = .seconds(60), accessTokenLifetime: Duration,
        clock: @escaping @Sendable () -> UnixTime, report: @escaping @Sendable (StoreError) -> Void
    ) async {
        await Sweep(every: interval, report: report).run { () throws(StoreError) in
            let now = clock()
            return try await sweepStep(at: now, grantsCreatedBefore: now - accessTokenLifetime)
        }
    }
}

extension KeyUseStore {
    /// Removes old hours of keys until its task is cancelled.
    package func sweep(
        every interval: Duration = .seconds(600), clock: @escaping @Sendable () -> UnixTime,
        report: @escaping @Sendable (StoreError) -> Void
    ) async {
        await Sweep(every: interval, report: report).run { () throws(StoreError) in try await sweepStep(at: clock()) }
    }
}

extension RevokedTokenStore {
    /// Removes revoked tokens a day after their expiry until its task is cancelled. If the clock is ahead by less and then corrected, none is
    /// in force again.
    package func sweep(
        every interval: Duration = .seconds(60), clock: @escaping @Sendable () -> UnixTime,
        report: @escaping @Sendable (StoreError) -> Void
    ) async {
        await Sweep(every: interval, report: report).run { () throws(StoreError) in
            try await sweepStep(at: clock() - .seconds(86_400))
        }
    }
}
