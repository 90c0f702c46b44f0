/// A month in UTC, in weeks that begin on Monday.
struct CalendarMonth: Sendable, Equatable {
    let year: Int
    /// 1 to 12.
    let month: Int

    private static let years = 1971...9990
    private static let names = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// - Parameter text: `2026-11`, or the beginning of a time.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2, let year = Int(parts[0]),
            let month = Int(parts[1]), Self.years.contains(year), (1...12).contains(month)
        else { return nil }
        (self.year, self.month) = (year, month)
    }

    /// The month of a time.
    init(at time: UnixTime) {
        self = CalendarMonth(time.text) ?? CalendarMonth(year: 1971, month: 1)
    }

    private init(year: Int, month: Int) {
        (self.year, self.month) = (year, month)
    }

    /// `2026-11`
    var text: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }

    /// `November 2026`
    var title: String { "\(Self.names[month - 1]) \(year)" }

    /// - Returns: `nil` outside the years that are shown.
    var next: CalendarMonth? {
        month < 12 ? CalendarMonth(year: year, month: month + 1) : CalendarMonth("\(year + 1)-01")
    }

    var previous: CalendarMonth? {
        month > 1 ? CalendarMonth(year: year, month: month - 1) : CalendarMonth("\(year - 1)-12")
    }

    private var start: UnixTime { UnixTime(timestamp: text + "-01T00:00:00Z") ?? .distantPast }
    private var end: UnixTime { UnixTime(timestamp: (next?.text ?? text) + "-01T00:00:00Z") ?? start }

    /// The beginning of each day of the weeks that the month is in, and of the day after the last one.
    var days: [UnixTime] {
        let first = CalendarDay.number(of: start)
        let monday = first - CalendarDay.weekday(first)
        let last = CalendarDay.number(of: end) - 1
        let sunday = last + 6 - CalendarDay.weekday(last)
        return (monday...sunday + 1).map(CalendarDay.start)
    }
}

/// A day in UTC.
enum CalendarDay {
    private static let seconds: Int64 = 86_400

    /// - Returns: the days since 1970-01-01.
    static func number(of time: UnixTime) -> Int64 {
        let (quotient, remainder) = time.seconds.quotientAndRemainder(dividingBy: seconds)
        return remainder < 0 ? quotient - 1 : quotient
    }

    static func start(_ number: Int64) -> UnixTime { UnixTime(seconds: number * seconds) }

    /// 0 for Monday. 1970-01-01 was a Thursday.
    static func weekday(_ number: Int64) -> Int64 { ((number + 3) % 7 + 7) % 7 }

    /// `2026-11-24`
    static func text(_ time: UnixTime) -> String { String(time.text.prefix(10)) }

    /// - Parameter text: as `text` renders it.
    static func start(ofDay text: String) -> UnixTime? {
        guard let time = UnixTime(timestamp: text + "T00:00:00Z"), Self.text(time) == text,
            CalendarMonth(text) != nil
        else { return nil }
        return time
    }
}
