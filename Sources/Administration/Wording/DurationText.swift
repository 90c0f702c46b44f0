/// A duration as people write it: `90s`, `15m`, `1h`, `7d`.
package enum DurationText {
    /// The accepted forms besides a plain number, for messages.
    package static let examples = "90s, 15m, 1h or 7d"

    private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    /// - Parameter plain: the unit of a plain number, in seconds; `nil` if a unit is required.
    /// - Returns: seconds; `nil` if the text is not a duration or overflows.
    package static func seconds(_ text: String, plain: Int? = nil) -> Int? {
        let written = text.last.flatMap { units[$0] }
        guard let unit = written ?? plain else { return nil }
        let digits = written == nil ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits) else {
            return nil
        }
        let (seconds, isTooLong) = number.multipliedReportingOverflow(by: unit)
        return isTooLong ? nil : seconds
    }

    /// Returns a whole number of seconds in the largest unit that fits: `1h`.
    package static func text(of duration: Duration) -> String {
        let seconds = duration.milliseconds / 1000
        let unit =
            [("d", 86_400), ("h", 3600), ("m", 60)].first { seconds > 0 && seconds.isMultiple(of: $0.1) } ?? ("s", 1)
        return "\(seconds / unit.1)\(unit.0)"
    }
}
