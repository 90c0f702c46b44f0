/// The settings of one client that change how its assertions are verified.
///
/// Registration, storage and verification embed this one value, so a new setting is added only here and where it is stored, rendered
/// and set.
public struct ClientOptions: Sendable, Equatable {
    /// `token_endpoint_auth_signing_alg` (OpenID Connect Registration §2): the only algorithm accepted, if set.
    public var signingAlgorithm: SignatureAlgorithm?
    /// The audience profile; `nil` follows the policy.
    public var audienceProfile: AudienceProfile?
    /// `token_endpoint_allow_reuse_pvt_key_jwt`: whether one assertion can be used again until it expires; `nil` follows the policy.
    public var allowsReuse: Bool?
    /// Whether `typ` must be `client-authentication+jwt` (draft-ietf-oauth-rfc7523bis).
    public var requiresExplicitTyping: Bool
    /// The treatment of certificates outside their validity; `nil` follows the policy.
    public var certificateValidity: AssertionPolicy.CertificateValidity?

    /// Creates options; without arguments, everything follows the policy.
    public init(
        signingAlgorithm: SignatureAlgorithm? = nil, audienceProfile: AudienceProfile? = nil,
        allowsReuse: Bool? = nil, requiresExplicitTyping: Bool = false,
        certificateValidity: AssertionPolicy.CertificateValidity? = nil
    ) {
        self.signingAlgorithm = signingAlgorithm
        self.audienceProfile = audienceProfile
        self.allowsReuse = allowsReuse
        self.requiresExplicitTyping = requiresExplicitTyping
        self.certificateValidity = certificateValidity
    }
}

extension AssertionPolicy {
    /// Returns the policy for one client, whose own settings override the general ones.
    public func applied(to client: RegisteredClient) -> AssertionPolicy {
        var policy = self
        let options = client.options
        if let profile = options.audienceProfile { policy.audienceProfile = profile }
        if let allowsReuse = options.allowsReuse { policy.preventsReuse = !allowsReuse }
        if options.requiresExplicitTyping { policy.requiresExplicitTyping = true }
        if let validity = options.certificateValidity { policy.certificateValidity = validity }
        return policy
    }
}
