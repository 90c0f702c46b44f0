/// A duration as people write it: `90s`, `15m`, `1h`, `7d`.
enum WrittenDuration {
    /// For messages: what is understood besides a plain number.
    static let examples = "90s, 15m, 1h or 7d"

    private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    /// - Parameter plain: what a number without a unit counts, in seconds; `nil` where it needs one.
    /// - Returns: seconds, or `nil` for what is not a duration, or beyond all measure.
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
