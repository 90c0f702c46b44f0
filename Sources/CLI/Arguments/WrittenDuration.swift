import ArgumentParser

/// A duration with a unit: `90s`, `15m`, `1h`, `7d`.
enum WrittenDuration {
    /// The forms besides a plain number, for messages.
    static let examples = "90s, 15m, 1h or 7d"

    private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    /// - Parameter plain: the unit of a number without one, in seconds; `nil` if a unit is required.
    /// - Returns: seconds, or `nil` for a text that is not a duration, or an overflow.
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

/// `--lifetime DURATION`; a negative one makes an expired assertion, for tests.
enum AssertionLifetime {
    static func read(_ text: String) throws -> Duration {
        guard let seconds = WrittenDuration.seconds(text, plain: 1).flatMap(Int64.init(exactly:)) ?? Int64(text) else {
            throw ValidationError("'\(text)' is not a duration. Write \(WrittenDuration.examples), or seconds.")
        }
        return .seconds(seconds)
    }
}
