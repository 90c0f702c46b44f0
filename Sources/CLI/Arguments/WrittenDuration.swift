import ArgumentParser
import Store

/// A duration as people write it: `90s`, `15m`, `1h`, `7d`.
enum WrittenDuration {
    /// The accepted forms besides a plain number, for messages.
    static let examples = "90s, 15m, 1h or 7d"

    private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    /// - Parameter plain: the unit of a plain number, in seconds; `nil` if a unit is required.
    /// - Returns: seconds; `nil` if the text is not a duration or overflows.
    static func seconds(_ text: String, plain: Int? = nil) -> Int? {
        let written = text.last.flatMap { units[$0] }
        guard let unit = written ?? plain else { return nil }
        let digits = written == nil ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits) else {
            return nil
        }
        let (seconds, isTooLong) = number.multipliedReportingOverflow(by: unit)
        return isTooLong ? nil : seconds
    }
}

/// `--in DURATION`: a number and its unit.
enum IntervalArgument {
    /// Ten years with leap days; anything longer is a typing error.
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

/// `--access-token-lifetime DURATION`.
enum LifetimeArgument {
    /// In seconds: a year; anything longer is a typing error.
    static let longest = Int(ClientRecord.longestAccessTokenLifetime.milliseconds / 1000)

    static func read(_ text: String) throws -> ClientSetting<Duration> {
        if text == "default" { return .serverDefault }
        guard let seconds = WrittenDuration.seconds(text, plain: 1), (1...longest).contains(seconds) else {
            throw ValidationError(
                "'\(text)' is not a duration from 1s to 365d. Write \(WrittenDuration.examples), seconds, or 'default'."
            )
        }
        return .own(.seconds(seconds))
    }
}
