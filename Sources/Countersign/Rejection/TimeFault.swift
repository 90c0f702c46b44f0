/// The likely cause of a time that was refused, judged by all the times of the assertion together.
enum TimeFault: Equatable {
    /// The claim counts in another unit than seconds.
    case otherUnit(TimeUnit)
    /// The claim is a duration where a point in time is expected.
    case duration
    /// `exp` is not later than `iat`.
    case reversed
    /// `iat` and `exp` are both ahead by about this much, and the lifetime between them is a good one.
    case clockAhead(Duration)
    /// The same in the past: the clock is behind, or the assertion is old.
    case clockBehind(Duration)
    /// Only the claim itself can be at fault.
    case claim

    /// Units that clocks of programs count in.
    enum TimeUnit: String, CaseIterable {
        case milliseconds
        case microseconds
        case nanoseconds

        var perSecond: Double {
            switch self {
            case .milliseconds: 1e3
            case .microseconds: 1e6
            case .nanoseconds: 1e9
            }
        }
    }
}

extension AssertionTimes {
    /// Why one of the times was refused.
    func fault(of claim: NumericDate?) -> TimeFault {
        if let claim {
            if let unit = unit(of: claim) { return .otherUnit(unit) }
            if abs(claim.time.seconds) < Self.longestDuration { return .duration }
        }
        guard let issuedAt, let expiry, unit(of: issuedAt) == nil, unit(of: expiry) == nil else { return .claim }
        guard issuedAt.time < expiry.time else { return .reversed }
        guard expiry.time - issuedAt.time <= maximumLifetime else { return .claim }
        let shift = issuedAt.time - now
        if shift > skew { return .clockAhead(shift) }
        if shift < .zero - skew { return .clockBehind(.zero - shift) }
        return .claim
    }

    /// The unit in which a number would be a time within a year from now; `nil` for seconds.
    func unit(of date: NumericDate) -> TimeFault.TimeUnit? {
        guard let number = Double(date.literal) else { return nil }
        return TimeFault.TimeUnit.allCases.first { unit in
            abs(number / unit.perSecond - Double(now.seconds)) < Double(Self.nearby)
        }
    }

    /// The number that the claim would be in seconds.
    func seconds(_ date: NumericDate, in unit: TimeFault.TimeUnit) -> Int64 {
        Int64(exactly: ((Double(date.literal) ?? 0) / unit.perSecond).rounded(.down)) ?? 0
    }

    /// A year in seconds: nobody's clock is further off.
    private static let nearby: Int64 = 31_536_000
    /// Two years in seconds: as a time it lies before 1972, as a duration it is longer than any assertion's.
    private static let longestDuration: Int64 = 63_072_000
}
