extension UnixTime {
    /// The time in UTC with its milliseconds, which `text` leaves out: `2026-11-24T10:15:00.250Z`.
    package var exactText: String {
        let text = text
        guard text.hasSuffix("Z") else { return "\(milliseconds) ms since 1970" }
        let rest = milliseconds - seconds * 1000
        guard rest > 0 else { return text }
        return text.dropLast() + "." + String(repeating: "0", count: 3 - String(rest).count) + "\(rest)Z"
    }

    /// - Returns: `nil` for anything that `exactText` would not have produced.
    package init?(exactText text: String) {
        guard let time = Self.outOfCalendar(text) ?? Self.inCalendar(text), time.exactText == text else { return nil }
        self = time
    }

    private static func outOfCalendar(_ text: String) -> UnixTime? {
        let suffix = " ms since 1970"
        guard text.hasSuffix(suffix) else { return nil }
        return Int64(text.dropLast(suffix.count)).map { UnixTime(milliseconds: $0) }
    }

    private static func inCalendar(_ text: String) -> UnixTime? {
        let parts = text.split { !$0.isNumber }.compactMap { Int64($0) }
        guard parts.count >= 6,
            let time = UnixTime(
                year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5])
        else { return nil }
        return parts.count > 6 ? time + .milliseconds(parts[6]) : time
    }
}

extension JSONValue {
    static func time(_ time: UnixTime) -> JSONValue { .string(time.exactText) }
}

extension JSONObject {
    /// Returns a member that is a time.
    func time(_ name: String) -> UnixTime? {
        string(name).flatMap { UnixTime(exactText: $0.text) }
    }
}
