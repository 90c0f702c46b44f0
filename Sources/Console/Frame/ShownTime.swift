/// Times as the console shows them, in UTC: `14:32:08` today, `24 Nov, 14:29` this year, `24 Nov 2025` before.
enum ShownTime {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Returns the values of the template `time`.
    static func context(_ time: UnixTime, at now: UnixTime) -> [String: String] {
        ["datetime": time.text, "text": text(time, at: now)]
    }

    static func text(_ time: UnixTime, at now: UnixTime) -> String {
        // 2026-11-25T14:32:08Z
        let (text, today) = (Array(time.text.utf8), Array(now.text.utf8))
        guard text.count == 20, today.count == 20, text[4] == UInt8(ascii: "-") else { return time.text }
        func digits(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        if text[..<10] == today[..<10] { return digits(11..<19) }
        let day = "\(Int(digits(8..<10)) ?? 0) \(months[((Int(digits(5..<7)) ?? 1) - 1) % 12])"
        return text[..<4] == today[..<4] ? "\(day), \(digits(11..<16))" : "\(day) \(digits(0..<4))"
    }

    /// Returns the time of day: `14:32`, or `14:32:08`.
    static func clock(_ time: UnixTime, withSeconds: Bool) -> String {
        let text = time.text
        guard text.utf8.count == 20 else { return text }
        return String(text.dropFirst(11).prefix(withSeconds ? 8 : 5))
    }

    /// Returns a time with its year, hour and zone, where the hour decides something: `28 Nov 2026, 09:15 UTC`.
    static func exact(_ time: UnixTime) -> String {
        let text = Array(time.text.utf8)
        guard text.count == 20, text[4] == UInt8(ascii: "-") else { return time.text }
        func digits(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        let month = months[((Int(digits(5..<7)) ?? 1) - 1) % 12]
        return "\(Int(digits(8..<10)) ?? 0) \(month) \(digits(0..<4)), \(digits(11..<16)) UTC"
    }

    /// Returns how long it is until a time, or since then: `in 3 days`, `2 hours ago`.
    static func distance(_ time: UnixTime, at now: UnixTime) -> String {
        let seconds = (time - now).components.seconds
        let words = words(abs(seconds))
        if words.isEmpty { return seconds < 0 ? "just now" : "in less than a minute" }
        return seconds < 0 ? "\(words) ago" : "in \(words)"
    }

    /// Returns how long ago a time in the past was. The present second is `just now`, where `distance` counts it as the future.
    static func ago(_ time: UnixTime, at now: UnixTime) -> String {
        distance(time, at: max(now, time + .seconds(1)))
    }

    private static func words(_ seconds: Int64) -> String {
        let (count, unit): (Int64, String) =
            switch seconds {
            case ..<60: (0, "")
            case ..<3600: (seconds / 60, "minute")
            case ..<86_400: (seconds / 3600, "hour")
            default: (seconds / 86_400, "day")
            }
        return count == 0 ? "" : "\(count) \(unit)\(count == 1 ? "" : "s")"
    }
}
