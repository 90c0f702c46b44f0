/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// RFC 7519 §2 (NumericDate) counts seconds and allows a fraction; milliseconds keep the fraction that matters
/// and make arithmetic exact. Every operation saturates, so no number a caller sends can end the process.
public struct UnixTime: Hashable, Comparable, Sendable {
    /// Milliseconds since the epoch.
    public let milliseconds: Int64

    /// The latest and the earliest time that can be told apart; what lies beyond is brought to them.
    public static let distantFuture = UnixTime(milliseconds: Int64.max)
    /// The earliest time there is; what lies before is brought to it.
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

    /// Reads a NumericDate (RFC 7519 §2).
    ///
    /// - Parameter numericDate: seconds since the epoch, a fraction allowed.
    /// - Returns: `nil` for infinities and NaN; a number too large to hold becomes the distant future or past.
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

    /// Earlier is less.
    public static func < (left: UnixTime, right: UnixTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// A time that much later.
    public static func + (time: UnixTime, duration: Duration) -> UnixTime {
        let (sum, overflow) = time.milliseconds.addingReportingOverflow(duration.milliseconds)
        return UnixTime(milliseconds: overflow ? (duration.milliseconds < 0 ? Int64.min : Int64.max) : sum)
    }

    /// A time that much earlier.
    public static func - (time: UnixTime, duration: Duration) -> UnixTime {
        let (sum, overflow) = time.milliseconds.subtractingReportingOverflow(duration.milliseconds)
        return UnixTime(milliseconds: overflow ? (duration.milliseconds < 0 ? Int64.max : Int64.min) : sum)
    }

    /// The time from `earlier` to `later`; saturates like everything here.
    public static func - (later: UnixTime, earlier: UnixTime) -> Duration {
        let (difference, overflow) = later.milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return .milliseconds(overflow ? (later < earlier ? Int64.min : Int64.max) : difference)
    }
}

extension Duration {
    /// Whole milliseconds, saturating; what is smaller is cut off.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? Int64.min : Int64.max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return carried ? (seconds < 0 ? Int64.min : Int64.max) : sum
    }
}
