#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension UnixTime {
    /// The system clock's time. Rules never read it: callers hand time in.
    public static var now: UnixTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UnixTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The time as people read it, in UTC: `2026-11-24T10:15:00Z` (RFC 3339 §5.6).
    ///
    /// Times whose year has more than four digits, which only a hostile or broken assertion carries, are given in seconds.
    public var text: String { calendarText ?? "\(seconds) s since 1970" }

    /// The same; `nil` for a year that has more than four digits.
    var calendarText: String? {
        guard (Self.year0...Self.year9999).contains(seconds) else { return nil }
        var seconds = time_t(seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return Self.padded(Int(parts.tm_year) + 1900, 4) + "-" + Self.padded(Int(parts.tm_mon) + 1, 2) + "-"
            + Self.padded(Int(parts.tm_mday), 2) + "T" + Self.padded(Int(parts.tm_hour), 2) + ":"
            + Self.padded(Int(parts.tm_min), 2) + ":" + Self.padded(Int(parts.tm_sec), 2) + "Z"
    }

    private static let year0: Int64 = -62_167_219_200
    private static let year9999: Int64 = 253_402_300_799

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Duration {
    /// A duration as people say it, rounded: `90 s`, `5 min`, `1 h`, `3 days`.
    public var text: String {
        let milliseconds = milliseconds
        let seconds = (milliseconds.magnitude + 500) / 1000
        let (minutes, hours) = ((seconds + 30) / 60, (seconds + 1800) / 3600)
        let sign = milliseconds < 0 && seconds > 0 ? "-" : ""
        if seconds < 120 { return "\(sign)\(seconds) s" }
        if minutes < 120, minutes != 60 { return "\(sign)\(minutes) min" }
        if hours < 48 { return "\(sign)\(hours) h" }
        return "\(sign)\((seconds + 43_200) / 86_400) days"
    }
}
