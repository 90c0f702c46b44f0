/// A parser of the three forms of an HTTP date (RFC 9110 §5.6.7).
enum HTTPDateReader {
    /// - Parameters:
    ///   - text: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    ///   - now: a year of two digits lies at most 50 years after it.
    static func read(_ text: String, now: UnixTime) -> UnixTime? {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        switch words.count {
        case 6 where words[0].hasSuffix(",") && words[5] == "GMT":
            return time(year: number(words[3], 4), month: words[2], day: number(words[1], 2), clock: words[4])
        case 4 where words[0].hasSuffix(",") && words[3] == "GMT":
            let date = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard date.count == 3, let short = number(date[2], 2) else { return nil }
            return time(year: year(short, now: now), month: date[1], day: number(date[0], 2), clock: words[2])
        case 5:
            let day = number(words[2], words[2].utf8.count == 1 ? 1 : 2)
            return time(year: number(words[4], 4), month: words[1], day: day, clock: words[3])
        default:
            return nil
        }
    }

    private static func time(year: Int64?, month: Substring, day: Int64?, clock: Substring) -> UnixTime? {
        guard let year, let day, let month = months.firstIndex(of: month) else { return nil }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false).map { number($0, 2) }
        guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2] else { return nil }
        return UnixTime(year: year, month: Int64(month) + 1, day: day, hour: hour, minute: minute, second: second)
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// RFC 9110 §5.6.7: a year that seems to be more than 50 years ahead is the one a century before.
    private static func year(_ short: Int64, now: UnixTime) -> Int64 {
        let current = 1970 + now.seconds / 31_556_952
        let candidate = current - current % 100 + short
        if candidate > current + 50 { return candidate - 100 }
        return candidate
    }

    private static func number(_ digits: Substring, _ count: Int) -> Int64? {
        guard digits.utf8.count == count, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(digits)
    }
}
