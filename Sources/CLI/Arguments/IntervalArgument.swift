import ArgumentParser

/// `--in DURATION`: a number and its unit.
enum IntervalArgument {
    /// Ten years, with their leap days: anything longer is a typing error.
    static let longest = Duration.seconds(3653 * 86_400)

    static func read(_ text: String) throws -> Duration {
        guard let seconds = WrittenDuration.seconds(text), seconds > 0, seconds <= Int(longest.components.seconds)
        else {
            throw ValidationError(
                "'\(text)' is not a duration of at most ten years. Write \(WrittenDuration.examples).")
        }
        return .seconds(seconds)
    }
}
