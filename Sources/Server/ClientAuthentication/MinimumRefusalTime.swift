import Countersign

/// The minimum time to the refusal of an unauthenticated caller. Every cause of such a refusal takes less, so that the response time
/// does not reveal the cause.
enum MinimumRefusalTime {
    /// Derived from the most expensive cause: four signatures tried with the most expensive keys (`DecoyVerification.longestRefusal`,
    /// 7.4 ms if a P-521 verification takes 1.85 ms), doubled because a busy core takes longer than the minimum that was measured, plus
    /// 4 ms to read a client from the database. At least 20 ms, so that a lucky measurement has no effect.
    ///
    /// Waiting costs a timer and the request's memory, but no processor time.
    private static let duration: Duration = max(
        .milliseconds(20), DecoyVerification.longestRefusal() * 2 + .milliseconds(4))

    static func wait(since arrival: ContinuousClock.Instant) async {
        try? await Task.sleep(until: arrival + duration, tolerance: .zero)
    }
}
