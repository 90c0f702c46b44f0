#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// A NumericDate (RFC 7519 §2) counts seconds and may have a fraction; milliseconds keep enough of it and make arithmetic exact.
/// Every operation saturates, so no number that a caller sends can stop the process.
public struct UnixTime: Hashable, Comparable, Sendable {
    /// Milliseconds since the epoch.
    public let milliseconds: Int64

    /// The latest representable time; later ones are clamped to it.
    public static let distantFuture = UnixTime(milliseconds: Int64.max)
    /// The earliest representable time; earlier ones are clamped to it.
    public static let distantPast = UnixTime(milliseconds: Int64.min)

    /// - Parameter milliseconds: since the epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// - Parameter seconds: whole seconds since the epoch.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        milliseconds = overflow ? (seconds < 0 ? Int64.min : Int64.max) : product
    }

    /// Converts a NumericDate (RFC 7519 §2).
    ///
    /// - Parameter numericDate: seconds since the epoch, possibly with a fraction.
    /// - Returns: `nil` for infinities and NaN; numbers out of range become the distant future or past.
    public init?(numericDate: Double) {
        guard numericDate.isFinite else { return nil }
        let scaled = (numericDate * 1000).rounded(.down)
        milliseconds = Int64(exactly: scaled) ?? (scaled < 0 ? Int64.min : Int64.max)
    }

    /// Whole seconds since the epoch, rounded down.
    public var seconds: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Orders times, earlier first.
    public static func < (left: UnixTime, right: UnixTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Adds a duration to a time.
    public static func + (time: UnixTime, duration: Duration) -> UnixTime {
        let (sum, overflow) = time.milliseconds.addingReportingOverflow(duration.milliseconds)
        return UnixTime(milliseconds: overflow ? (duration.milliseconds < 0 ? Int64.min : Int64.max) : sum)
    }

    /// Subtracts a duration from a time.
    public static func - (time: UnixTime, duration: Duration) -> UnixTime {
        let (sum, overflow) = time.milliseconds.subtractingReportingOverflow(duration.milliseconds)
        return UnixTime(milliseconds: overflow ? (duration.milliseconds < 0 ? Int64.max : Int64.min) : sum)
    }

    /// Returns the duration from `earlier` to `later`.
    public static func - (later: UnixTime, earlier: UnixTime) -> Duration {
        let (difference, overflow) = later.milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return .milliseconds(overflow ? (later < earlier ? Int64.min : Int64.max) : difference)
    }
}

extension Duration {
    /// Whole milliseconds, truncated and saturating.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? Int64.min : Int64.max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return carried ? (seconds < 0 ? Int64.min : Int64.max) : sum
    }
}

extension UnixTime {
    /// The time of the system clock. Rules never read it; callers pass the time in.
    public static var now: UnixTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UnixTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The time in UTC, for display: `2026-11-24T10:15:00Z` (RFC 3339 §5.6).
    ///
    /// A year of more than four digits, which only hostile or broken assertions have, is shown as a number of seconds.
    public var text: String { calendarText ?? "\(seconds) s since 1970" }

    /// The time in UTC; `nil` if the year has more than four digits.
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
    /// The duration, rounded for display: `90 s`, `5 min`, `1 h`, `3 days`.
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

extension UnixTime {
    /// Converts a date and time of the Gregorian calendar, in UTC.
    ///
    /// - Parameters:
    ///   - year: 0 to 9999, as four digits can say it.
    ///   - month: from 1.
    ///   - second: up to 60, a leap second.
    /// - Returns: `nil` if a component is out of range.
    package init?(year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64) {
        guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        // Years begin in March, so that a leap day is the last day of its year.
        let shifted = month > 2 ? year : year - 1
        let century = shifted >= 0 ? shifted / 400 : (shifted - 399) / 400
        let yearOfEra = shifted - century * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let days = century * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        self.init(seconds: days * 86400 + hour * 3600 + minute * 60 + second)
    }
}
