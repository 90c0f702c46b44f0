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
    public var text: String {
        guard (Self.year0...Self.year9999).contains(seconds) else { return "\(seconds) s since 1970" }
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
    /// A duration as people say it: `90 s`, `5 min`, `2 h`, `3 days`.
    public var text: String {
        let seconds = milliseconds / 1000
        switch abs(seconds) {
        case 0..<120: return "\(seconds) s"
        case 120..<7200: return "\(seconds / 60) min"
        case 7200..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86400) days"
        }
    }
}
