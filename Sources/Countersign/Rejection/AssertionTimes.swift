/// The times of an assertion, and the clock and limits that they were compared with (rules 18 to 22).
public struct AssertionTimes: Sendable, Equatable {
    /// `iat`, if it is a time.
    public let issuedAt: NumericDate?
    /// `nbf`, if it is a time.
    public let notBefore: NumericDate?
    /// `exp`, if it is a time.
    public let expiry: NumericDate?
    /// The server's time.
    public let now: UnixTime
    /// The tolerated difference between the two clocks.
    public let skew: Duration
    /// How far ahead `exp` may be.
    public let maximumLifetime: Duration
    /// How old `iat` may be.
    public let maximumAge: Duration

    /// A NumericDate (RFC 7519 §2).
    public struct NumericDate: Sendable, Equatable {
        /// The number as it was written, cut to 32 bytes.
        public let literal: String
        /// The time.
        public let time: UnixTime
    }
}

extension AssertionTimes {
    /// Reads the claims of an assertion that one of the rules rejected.
    init(_ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime) {
        func date(_ name: String) -> NumericDate? {
            guard case .number(let number)? = claims.object[name], let time = UnixTime(numericDate: number.double)
            else { return nil }
            return NumericDate(literal: shortened(number.literal, to: 32), time: time)
        }
        self.init(
            issuedAt: date("iat"), notBefore: date("nbf"), expiry: date("exp"), now: now,
            skew: min(policy.clockSkew, policy.effectiveFutureTolerance),
            maximumLifetime: policy.effectiveMaximumLifetime,
            maximumAge: policy.maximumAge)
    }
}

/// The likely cause of a rejected time, inferred from all the times of the assertion.
enum TimeFault: Equatable {
    /// The claim is in a unit other than seconds.
    case otherUnit(TimeUnit)
    /// The claim is a duration where a point in time is expected.
    case duration
    /// `exp` is not later than `iat`.
    case reversed
    /// `iat` and `exp` are both ahead by about this much, and the lifetime between them is allowed.
    case clockAhead(Duration)
    /// Both are in the past by about this much: the clock is behind, or the assertion is old.
    case clockBehind(Duration)
    /// Only the claim itself can be at fault.
    case claim

    /// Units of other clocks.
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
    /// Returns the likely cause of the rejection of one of the times.
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

    /// Returns the unit in which a number would be a time within a year from now; `nil` for seconds.
    func unit(of date: NumericDate) -> TimeFault.TimeUnit? {
        guard let number = Double(date.literal) else { return nil }
        return TimeFault.TimeUnit.allCases.first { unit in
            abs(number / unit.perSecond - Double(now.seconds)) < Double(Self.nearby)
        }
    }

    /// Converts the claim to seconds.
    func seconds(_ date: NumericDate, in unit: TimeFault.TimeUnit) -> Int64 {
        Int64(exactly: ((Double(date.literal) ?? 0) / unit.perSecond).rounded(.down)) ?? 0
    }

    /// A year in seconds; clocks are never off by more.
    private static let nearby: Int64 = 31_536_000
    /// Two years in seconds: as a time it lies before 1972, as a duration it is longer than any assertion's.
    private static let longestDuration: Int64 = 63_072_000
}
