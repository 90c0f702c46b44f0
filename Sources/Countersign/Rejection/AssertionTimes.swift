import CountersignJOSE

/// What an assertion says about time, and the clock and the limits that judged it (rules 18 to 22).
public struct AssertionTimes: Sendable, Equatable {
    /// `iat`, if it is a time.
    public let issuedAt: NumericDate?
    /// `nbf`, if it is a time.
    public let notBefore: NumericDate?
    /// `exp`, if it is a time.
    public let expiry: NumericDate?
    /// The server's time.
    public let now: UnixTime
    /// The tolerated difference between two clocks.
    public let skew: Duration
    /// How far ahead `exp` may lie.
    public let maximumLifetime: Duration
    /// How old `iat` may be.
    public let maximumAge: Duration

    /// A time as a claim has it (RFC 7519 §2).
    public struct NumericDate: Sendable, Equatable {
        /// The number as it was written, cut to 32 bytes.
        public let literal: String
        /// What it stands for in seconds since 1970.
        public let time: UnixTime

        /// Takes a number and what it stands for.
        public init(literal: String, time: UnixTime) {
            self.literal = literal
            self.time = time
        }
    }

    /// Takes what was judged.
    public init(
        issuedAt: NumericDate? = nil, notBefore: NumericDate? = nil, expiry: NumericDate? = nil, now: UnixTime,
        skew: Duration, maximumLifetime: Duration, maximumAge: Duration
    ) {
        self.issuedAt = issuedAt
        self.notBefore = notBefore
        self.expiry = expiry
        self.now = now
        self.skew = skew
        self.maximumLifetime = maximumLifetime
        self.maximumAge = maximumAge
    }

    /// Reads the claims of an assertion that one of the rules refuses.
    init(_ claims: AssertionClaims, _ policy: AssertionPolicy, at now: UnixTime) {
        func date(_ name: String) -> NumericDate? {
            guard case .number(let number)? = claims.object[name], let time = UnixTime(numericDate: number.double)
            else { return nil }
            return NumericDate(literal: shortened(number.literal, to: 32), time: time)
        }
        self.init(
            issuedAt: date("iat"), notBefore: date("nbf"), expiry: date("exp"), now: now,
            skew: min(policy.clockSkew, policy.longestAhead), maximumLifetime: policy.longestLifetime,
            maximumAge: policy.maximumAge)
    }
}
