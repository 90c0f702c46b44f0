/// The value of the `Date` field (RFC 9110 §6.6.1), rendered once a second.
struct HTTPDate {
    /// ASCII.
    private(set) var text: [UInt8] = []
    private var second: Int64?

    mutating func refresh(at now: UnixTime = .now) {
        guard now.seconds != second else { return }
        second = now.seconds
        text = Array(Self.render(now).utf8)
    }

    /// `2026-11-24T10:15:00Z` as `Tue, 24 Nov 2026 10:15:00 GMT`.
    static func render(_ time: UnixTime) -> String {
        let digits = Array(time.text)
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = days[Int(((time.seconds / 86_400) % 7 + 7) % 7)]
        let month = months[(Int(String(digits[5...6])) ?? 1) - 1]
        return "\(day), \(String(digits[8...9])) \(month) \(String(digits[0...3])) \(String(digits[11...18])) GMT"
    }
}
