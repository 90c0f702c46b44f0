/// How long a caller who has proved nothing waits for a refusal at least: longer than a read of the database and the check of a
/// signature take, so that the time does not tell which of them there was.
enum LeastWait {
    private static let duration: Duration = .milliseconds(2)

    static func holdBack(since arrival: ContinuousClock.Instant) async {
        try? await Task.sleep(until: arrival + duration, tolerance: .zero)
    }
}
