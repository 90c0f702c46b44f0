import Countersign

/// The shortest time to a refusal of a caller who has proved nothing. Every cause of such a refusal takes less, so the time of the
/// answer does not tell which of them it was.
enum MinimumRefusalTime {
    /// Derived from the dearest cause: four signatures tried with the dearest keys (`DecoyVerification.dearestRefusal`, 7.4 ms where a
    /// P-521 verification takes 1.85 ms), twice that because a busy core takes longer than a measurement of the shortest run, and 4 ms
    /// for a client that is not in memory and is read from the database. Never under 20 ms, so that a lucky measurement changes nothing.
    ///
    /// Waiting costs a timer and the request's memory, no processor time.
    private static let duration: Duration = max(
        .milliseconds(20), DecoyVerification.dearestRefusal() * 2 + .milliseconds(4))

    static func holdBack(since arrival: ContinuousClock.Instant) async {
        try? await Task.sleep(until: arrival + duration, tolerance: .zero)
    }
}
