import CountersignJOSE

/// Everything an operator can decide about client assertions, in one immutable value.
public struct AssertionPolicy: Sendable {
    /// The longest `clockSkew` that FAPI 2.0 allows. Claims of a `jti` are kept for as long after `exp`, so that a skew that is
    /// raised later opens no way for a used assertion.
    public static let longestClockSkew: Duration = .seconds(60)

    /// The authorization server's issuer identifier (RFC 8414 §2).
    public var issuer: ExactString
    /// The URL of the token endpoint, an accepted audience at every endpoint except in the strict profile.
    public var tokenEndpoint: ExactString
    /// Further accepted audiences; `TokenEndpointAlias` adds one.
    public var audienceAliases: [ExactString]
    /// How strictly `aud` is read.
    public var audienceProfile: AudienceProfile
    /// Tolerated difference between two clocks, applied once at each end. FAPI 2.0: 10 to 60 seconds.
    public var clockSkew: Duration
    /// How far ahead `iat` and `nbf` may lie. `nil`: 10 seconds in the profile `fapi`, `clockSkew` in the others.
    public var futureTolerance: Duration?
    /// How far ahead `exp` may lie; in the profile `fapi` never more than 5 minutes.
    public var maximumLifetime: Duration
    /// `RejectBeforeInMinutes`: how old `iat` may be; zero asks nothing.
    public var maximumAge: Duration
    /// `PreventTokenReuse`: whether one assertion works once only.
    public var preventsReuse: Bool
    /// Whether `iat` is required.
    public var requiresIssuedAt: Bool
    /// Whether `typ` must be `client-authentication+jwt`.
    public var requiresExplicitTyping: Bool
    /// What to do with a certificate outside its validity.
    public var certificateValidity: CertificateValidity

    /// What to do with a key whose certificate is outside its validity (rule 16).
    public enum CertificateValidity: String, Sendable, CaseIterable {
        case enforce
        case warn
    }

    /// The defaults of the product: compatible audience, 30 s of skew, 60 min of lifetime, 300 min of age, single use.
    public init(
        issuer: ExactString, tokenEndpoint: ExactString, audienceAliases: [ExactString] = [],
        audienceProfile: AudienceProfile = .compatible, clockSkew: Duration = .seconds(30),
        maximumLifetime: Duration = .seconds(60 * 60), maximumAge: Duration = .seconds(300 * 60),
        preventsReuse: Bool = true, requiresIssuedAt: Bool = false, requiresExplicitTyping: Bool = false,
        certificateValidity: CertificateValidity = .enforce
    ) {
        self.issuer = issuer
        self.tokenEndpoint = tokenEndpoint
        self.audienceAliases = audienceAliases
        self.audienceProfile = audienceProfile
        self.clockSkew = clockSkew
        self.maximumLifetime = maximumLifetime
        self.maximumAge = maximumAge
        self.preventsReuse = preventsReuse
        self.requiresIssuedAt = requiresIssuedAt
        self.requiresExplicitTyping = requiresExplicitTyping
        self.certificateValidity = certificateValidity
    }
}

extension AssertionPolicy {
    /// Rules 20 and 21: how far ahead `nbf` and `iat` may lie. FAPI 2.0 §5.3.2.1 accepts 10 seconds and forbids more than 60.
    var longestAhead: Duration {
        switch audienceProfile {
        case .fapi: min(futureTolerance ?? .seconds(10), Self.longestClockSkew)
        case .compatible, .strict, .legacy: futureTolerance ?? clockSkew
        }
    }

    /// Rule 19: how far ahead `exp` may lie, the clock skew apart.
    var longestLifetime: Duration {
        switch audienceProfile {
        case .fapi: min(maximumLifetime, .seconds(5 * 60))
        case .compatible, .strict, .legacy: maximumLifetime
        }
    }
}
