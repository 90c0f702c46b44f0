/// The clock and the receivers of events, shared by all parts of a server.
package struct Runtime: Sendable {
    package let clock: @Sendable () -> UnixTime
    /// Counts every event, also those whose log lines are suppressed.
    package let metrics: ServerMetrics
    /// Called on the request's own thread, so it must return at once.
    package let report: @Sendable (ServerEvent) -> Void

    /// - Parameter log: receives every event after the metrics.
    package init(
        clock: @escaping @Sendable () -> UnixTime = { .now }, metrics: ServerMetrics = ServerMetrics(),
        report log: @escaping @Sendable (ServerEvent) -> Void = { _ in }
    ) {
        self.clock = clock
        self.metrics = metrics
        report = { event in
            metrics.record(event)
            log(event)
        }
    }

    /// Reports that the store did not answer, and returns the error for the caller.
    func unavailable(_ reason: StoreUnavailable) -> OAuthError {
        report(.storeUnavailable(reason.reason))
        return OAuthError(.temporarilyUnavailable, "The server's store does not answer. Try again in a moment.")
    }

    func unavailable(_ error: StoreError) -> OAuthError { unavailable(error.asUnavailable) }

    /// Calls the store.
    ///
    /// - Throws: `OAuthError` `temporarily_unavailable` if it does not answer.
    package func storing<Value, Failure: StoreFailure>(
        _ body: () async throws(Failure) -> Value
    ) async throws(OAuthError) -> Value {
        do throws(Failure) {
            return try await body()
        } catch {
            throw unavailable(error.asUnavailable)
        }
    }
}

/// The error of a store that does not answer.
package protocol StoreFailure: Error {
    var asUnavailable: StoreUnavailable { get }
}

extension StoreError: StoreFailure {}

extension StoreUnavailable: StoreFailure {
    package var asUnavailable: StoreUnavailable { self }
}

/// Does work regularly until the task is cancelled.
///
/// - Parameter andOnceAtTheEnd: whether to do it once more then, in a new task, because stores do not write in a cancelled one.
func repeatedly(
    every interval: Duration, andOnceAtTheEnd: Bool = false, _ work: @escaping @Sendable () async -> Void
) async {
    while (try? await Task.sleep(for: interval)) != nil { await work() }
    if andOnceAtTheEnd { await Task { await work() }.value }
}
