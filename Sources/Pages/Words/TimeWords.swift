import Server

/// Times in words.
struct TimeWords {
    let translation: Translation
    let now: UnixTime

    /// `25 November 2026, 14:32`, in UTC; the year is left out if it is this one.
    func date(_ time: UnixTime) -> Part {
        .time(datetime: time.text, text: dateText(time))
    }

    /// `3 hours ago`: right in every time zone.
    func ago(_ time: UnixTime) -> Part {
        .time(datetime: time.text, text: agoText(time))
    }

    private func agoText(_ time: UnixTime) -> String {
        let seconds = max(0, (now - time).components.seconds)
        switch seconds {
        case ..<60: return translation["just_now"]
        case ..<3600: return translation.count("minutes_ago", seconds / 60)
        case ..<86_400: return translation.count("hours_ago", seconds / 3600)
        default: return translation.count("days_ago", seconds / 86_400)
        }
    }

    private func dateText(_ time: UnixTime) -> String {
        // 2026-11-25T14:32:08Z
        let text = Array(time.text.utf8)
        guard text.count == 20, text[4] == UInt8(ascii: "-") else { return time.text }
        func digits(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        let month = translation["month_\(Int(digits(5..<7)) ?? 1)"]
        let day = String(Int(digits(8..<10)) ?? 0)
        let isThisYear = now.text.hasPrefix(digits(0..<4) + "-")
        let date = translation.text(
            isThisYear ? "date_this_year" : "date", ["day": day, "month": month, "year": digits(0..<4)])
        return translation.text("date_time", ["date": date, "time": digits(11..<16)])
    }

    /// `40 seconds`, `5 minutes`: rounded up, so that it is not too early afterwards.
    static func wait(_ duration: Duration, in translation: Translation) -> String {
        let seconds = max(1, (duration.milliseconds + 999) / 1000)
        if seconds < 60 { return translation.count("seconds", seconds) }
        let minutes = (seconds + 59) / 60
        return minutes < 60
            ? translation.count("minutes", minutes) : translation.count("hours", (minutes + 59) / 60)
    }
}
