// One import is enough to verify an assertion, because tokens, keys and JSON are types of CountersignJOSE.
@_exported import CountersignJOSE

/// Decides whether a client assertion authenticates its client: rules 1 to 24, in order.
///
/// Cheap checks that need no secret come first, nothing is stored before a signature has verified, and the `jti` is claimed last.
/// One verifier serves every endpoint that authenticates a client.
///
/// ```swift
/// let client = RegisteredClient(id: "billing", keys: [ClientKey(jwk)])
/// let verifier = AssertionVerifier(
///     policy: AssertionPolicy(), directory: StaticClientDirectory([client]), replayGuard: InMemoryReplayGuard())
/// let audiences = AcceptedAudiences(issuer: "https://auth.example.com")
/// let verified = try await verifier.verify(token, audiences: audiences, at: .now)
/// ```
public struct AssertionVerifier: Sendable {
    /// The server's policy, before the client's own options are applied.
    public let policy: AssertionPolicy
    private let signature: ClientSignature
    private let replayGuard: any ReplayGuard

    /// Creates a verifier. Its copies share the limits on failing signatures.
    ///
    /// - Parameters:
    ///   - policy: the server's policy, before the client's own options.
    ///   - directory: finds clients and their keys.
    ///   - replayGuard: records used assertions.
    public init(policy: AssertionPolicy, directory: any ClientDirectory, replayGuard: any ReplayGuard) {
        self.policy = policy
        self.replayGuard = replayGuard
        signature = ClientSignature(directory: directory, policy: policy)
    }

    /// Verifies one assertion.
    ///
    /// - Parameters:
    ///   - token: the `client_assertion` parameter, the ASCII bytes of a compact serialization.
    ///   - parameter: the `client_id` parameter, if it was sent.
    ///   - audiences: the values of `aud` that identify this server.
    ///   - now: the time of the request.
    /// - Throws: `AssertionFailure`.
    public func verify(
        _ token: [UInt8], clientID parameter: ClientID? = nil, audiences: AcceptedAudiences, at now: UnixTime
    ) async throws(AssertionFailure) -> VerifiedAssertion {
        // Rules 1 to 5; rule 7 holds because nothing reads the header parameters it forbids.
        let assertion: ClientAssertion
        do {
            assertion = try ClientAssertion(parsing: token)
        } catch {
            throw .refused(error, of: nil)
        }
        let (jws, claims) = (assertion.jws, assertion.claims)

        // Rules 6, 8, 9 and 9a: everything that can be checked before a client is looked up.
        let id: ClientID
        do throws(Rejection) {
            try TypeRule.check(jws.header.type)
            id = try IssuerAndSubjectRule.check(claims)
            try ClientIDParameterRule.check(parameter, names: id)
            try SignatureFormRule.check(jws)
        } catch {
            throw .refused(error, of: assertion)
        }

        // Rules 10 to 16.
        let signer: ClientSignature.Signer
        do {
            signer = try await signature.verify(jws, of: id, at: now)
        } catch {
            switch error {
            case .refused(let rejection): throw .refused(rejection, of: assertion)
            case .unavailable(let reason): throw .unavailable(reason)
            }
        }

        // Rules 17 to 23: the caller has proved a key, so the refusal says exactly what is wrong.
        let policy = signer.policy
        let expiry: UnixTime
        let jti: ExactString?
        do throws(Rejection) {
            try AudienceRule.check(assertion, policy, audiences)
            expiry = try ExpiryRule.check(claims, policy, at: now)
            try ExpiryRule.checkLifetime(expiry, claims, policy, at: now)
            try NotBeforeRule.check(claims, policy, at: now)
            try IssuedAtRule.check(claims, policy, at: now)
            try IssuedAtRule.checkAge(claims, policy, at: now)
            jti = try JWTIDRule.check(claims, policy)
        } catch {
            throw .refused(error, of: assertion)
        }

        // Rule 24.
        if policy.preventsReuse {
            let verdict: ReplayVerdict
            do {
                verdict = try await replayGuard.claim(
                    ReplayClaim(
                        client: id, jti: jti, signingInput: jws.signingInput, expiry: expiry, skew: policy.clockSkew))
            } catch {
                throw .unavailable(error)
            }
            if verdict == .replayed { throw .refused(.replayed(jti: jti), of: assertion) }
        }
        return VerifiedAssertion(assertion, expiry: expiry, by: signer)
    }

    /// Verifies one assertion, given as a string.
    public func verify(
        _ token: String, clientID parameter: ClientID? = nil, audiences: AcceptedAudiences, at now: UnixTime
    ) async throws(AssertionFailure) -> VerifiedAssertion {
        try await verify(Array(token.utf8), clientID: parameter, audiences: audiences, at: now)
    }
}

/// A client assertion for which every rule holds. Only `AssertionVerifier` can make one.
public struct VerifiedAssertion: Sendable {
    /// The client that signed the assertion.
    public let client: RegisteredClient
    /// The key that verified the signature.
    public let key: ClientKey
    /// The policy that was applied: the server's, with the client's own options.
    public let policy: AssertionPolicy
    /// The assertion itself.
    public let assertion: ClientAssertion
    /// The assertion's `exp`.
    public let expiry: UnixTime
    /// A failure that the policy only warns about: a certificate outside its validity (rule 16).
    public let tolerated: Rejection?

    fileprivate init(_ assertion: ClientAssertion, expiry: UnixTime, by signer: ClientSignature.Signer) {
        client = signer.client
        key = signer.key
        policy = signer.policy
        tolerated = signer.tolerated
        self.assertion = assertion
        self.expiry = expiry
    }
}

/// The reason why an assertion was not verified.
public enum AssertionFailure: Error, Sendable {
    /// A rule failed. The assertion is `nil` if it could not be parsed.
    case refused(Rejection, of: ClientAssertion?)
    /// The directory or the replay guard is unavailable. No token may be issued.
    case unavailable(StoreUnavailable)
}
