extension AssertionTimes {
    /// The server's time, for comparison with the client's.
    var clock: String { "the server's clock, \(now.text)" }

    /// Rule 18.
    var expiredExplanation: RejectionExplanation {
        explanation(
            of: expiry, expected: "a time after \(clock)", also: issuedAt.map { "iat \(distance($0))" },
            remedy: issuedAt == nil
                ? "Set exp to one to five minutes after signing, and sign a new assertion for each request. If the client "
                    + "does so already, its clock is behind: synchronise it."
                : "Sign a new assertion for each request, with exp one to five minutes after iat.",
            operatorRemedies: [.checkClock])
    }

    /// Rule 19.
    var lifetimeExplanation: RejectionExplanation {
        let limit = maximumLifetime.text
        let over = expiry.map { $0.time - now } ?? .zero
        let found = over.text == limit ? "\((over - maximumLifetime).text) more than that" : nil
        return explanation(
            of: expiry, expected: "at most \(limit) ahead of \(clock)", found: found,
            also: issuedAt.map { "iat \(distance($0))" },
            remedy: "Set exp to one to five minutes after signing."
                + (issuedAt == nil ? " If the client does so already, its clock is ahead: synchronise it." : ""),
            operatorRemedies: [.raiseMaximumLifetime, .checkClock])
    }

    /// Rule 20.
    var notBeforeExplanation: RejectionExplanation {
        explanation(
            of: notBefore, expected: "not later than \(clock)",
            remedy:
                "Leave nbf out, or set it to the time of signing. If it is, the client's clock is ahead: synchronise it.",
            operatorRemedies: [.checkClock])
    }

    /// Rule 21.
    var issuedInFutureExplanation: RejectionExplanation {
        explanation(
            of: issuedAt, expected: "not later than \(clock)", also: expiry.map { "exp \(distance($0))" },
            remedy: "Set iat to the time of signing. If it is, the client's clock is ahead: synchronise it.",
            operatorRemedies: [.checkClock])
    }

    /// Rule 22.
    var ageExplanation: RejectionExplanation {
        explanation(
            of: issuedAt, expected: "at most \(maximumAge.text) before \(clock)",
            also: expiry.map { "exp \(distance($0))" },
            remedy: "Set iat to the time of signing, again for each assertion.",
            operatorRemedies: [.raiseMaximumAge, .checkClock])
    }

    /// - Parameters:
    ///   - also: another time of the assertion, included if the two together show a wrong clock.
    ///   - remedy: for a fault of the claim itself.
    private func explanation(
        of date: NumericDate?, expected: String, found: String? = nil, also: String? = nil, remedy: String,
        operatorRemedies: [OperatorRemedy]
    ) -> RejectionExplanation {
        let fault = fault(of: date)
        guard let date else {
            return .init(expected: expected, found: "none", clientRemedy: remedy, operatorRemedies: operatorRemedies)
        }
        var found = "\(date.displayed), \(found ?? distance(date))"
        var remedy = remedy
        switch fault {
        case .otherUnit(let unit):
            found = "\(date.literal), which is in \(unit.rawValue)"
            remedy = "Send seconds since 1970, here \(seconds(date, in: unit))."
        case .duration:
            found = date.displayed
            remedy = "Send a point in time in seconds since 1970, such as \(now.seconds + 60) for one minute from now."
        case .reversed:
            if let also { found += ", \(also)" }
            remedy =
                "exp must be later than iat: set iat to the time of signing and exp to one to five minutes after it."
        case .clockAhead(let shift):
            if let also { found += ", \(also)" }
            remedy =
                Self.isTimeZone(shift)
                ? "If the client's clock is \(shift.text) ahead, synchronise it and leave the claims as they are. If it is right, "
                    + "\(Self.timeZoneAdvice)."
                : "The client's clock is \(shift.text) ahead: synchronise it, and leave the claims as they are."
        case .clockBehind(let shift):
            if let also { found += ", \(also)" }
            let old = "the assertion is \(shift.text) old: sign a new one for each request."
            remedy =
                Self.isTimeZone(shift)
                ? "If the client's clock is \(shift.text) behind, synchronise it and leave the claims as they are. If it is right, "
                    + "\(Self.timeZoneAdvice), or \(old)"
                : "The client's clock is \(shift.text) behind: synchronise it, and leave the claims as they are. "
                    + "If the clock is right, \(old)"
        case .claim: break
        }
        return .init(expected: expected, found: found, clientRemedy: remedy, operatorRemedies: operatorRemedies)
    }

    /// The advice for a difference that a clock rarely causes.
    private static let timeZoneAdvice =
        "local time was mixed up with UTC: take the seconds since 1970 from the system (in Python time.time(), not "
        + "utcnow().timestamp())"

    /// Describes how far a time is from the server's.
    private func distance(_ date: NumericDate) -> String {
        let difference = date.time - now
        if abs(difference.milliseconds / 1000) > Self.century {
            return difference < .zero ? "more than a century ago" : "more than a century ahead"
        }
        return difference < .zero ? "\((.zero - difference).text) ago" : "\(difference.text) ahead"
    }

    /// In seconds.
    private static let century: Int64 = 3_155_760_000

    /// Time zones differ by quarters of an hour; a clock that drifted rarely does.
    private static func isTimeZone(_ shift: Duration) -> Bool {
        let seconds = shift.milliseconds / 1000
        let quarter = (seconds + 450) / 900
        return (2...56).contains(quarter) && abs(seconds - quarter * 900) <= 60
    }
}

extension AssertionTimes.NumericDate {
    /// The number as it was written, and its time in UTC.
    fileprivate var displayed: String {
        time.calendarText.map { "\(literal) (\($0))" } ?? literal
    }
}
