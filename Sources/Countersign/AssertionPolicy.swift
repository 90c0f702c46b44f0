/// The operator's settings for the verification of client assertions.
public struct AssertionPolicy: Sendable {
    /// The longest `clockSkew` that FAPI 2.0 allows. Used `jti`s are kept this long after `exp`, so that raising the skew later does
    /// not make a used assertion valid again.
    public static let longestClockSkew: Duration = .seconds(60)

    /// Further accepted audiences, in the profiles that accept more than the issuer.
    public var audienceAliases: [ExactString] = []
    /// How strictly `aud` is checked.
    public var audienceProfile = AudienceProfile.compatible
    /// The tolerated difference between the client's and the server's clock, applied once at each end. FAPI 2.0: 10 to 60 seconds.
    public var clockSkew: Duration = .seconds(30)
    /// How far `iat` and `nbf` may be in the future. `nil`: 10 seconds in the profile `fapi`, `clockSkew` in the others.
    public var futureTolerance: Duration?
    /// How far `exp` may be in the future; in the profile `fapi` at most 5 minutes.
    public var maximumLifetime: Duration = .seconds(60 * 60)
    /// The maximum age of `iat`; zero disables the check.
    public var maximumAge: Duration = .seconds(300 * 60)
    /// Whether an assertion can be used only once.
    public var preventsReuse = true
    /// Whether `iat` is required.
    public var requiresIssuedAt = false
    /// Whether `typ` must be `client-authentication+jwt`.
    public var requiresExplicitTyping = false
    /// The treatment of certificates outside their validity.
    public var certificateValidity = CertificateValidity.enforce

    /// The treatment of a key whose certificate is outside its validity (rule 16).
    public enum CertificateValidity: String, Sendable, CaseIterable {
        case enforce
        case warn
    }

    /// The default policy: compatible audience, 30 s of skew, 60 min of lifetime, 300 min of age, single use.
    public init() {}
}

extension AssertionPolicy {
    /// Rules 20 and 21: how far `nbf` and `iat` may be in the future. FAPI 2.0 §5.3.2.1 accepts 10 seconds and forbids more than 60.
    var effectiveFutureTolerance: Duration {
        switch audienceProfile {
        case .fapi: min(futureTolerance ?? .seconds(10), Self.longestClockSkew)
        case .compatible, .strict, .legacy: futureTolerance ?? clockSkew
        }
    }

    /// Rule 19: how far `exp` may be in the future, without the clock skew.
    var effectiveMaximumLifetime: Duration {
        switch audienceProfile {
        case .fapi: min(maximumLifetime, .seconds(5 * 60))
        case .compatible, .strict, .legacy: maximumLifetime
        }
    }
}
